//! Spanned documents: JSON, YAML and TOML parsed into one tree that remembers where every value was written.
//!
//! Nothing here knows what an account is. Rule files, configs and plans are parsed here; serde and JSON Schema
//! read the tree.

pub mod flat;
pub mod json;
pub mod toml;
pub mod tree;
pub mod yaml;
