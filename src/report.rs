//! What a run says, in the forms its readers want. Each form tells the verdict and what was not judged.
//!
//! Reports only write: everything they say was decided before.

pub mod columns;
pub mod explain;
pub mod human;
pub mod json;
pub mod matrix;
pub mod summary;

/// The version reports name.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
