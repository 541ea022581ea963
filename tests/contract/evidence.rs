//! Packages of evidence, by the built binary: what was packed can be verified and replayed, whatever is changed is
//! found, nothing secret is in them unless somebody wanted it, and a package from a stranger does no harm.
//!
//! Written from the promise; packages are taken apart and put together again by the `zip` crate alone.

mod hostile;
mod made;
mod shelf;
mod tampering;
