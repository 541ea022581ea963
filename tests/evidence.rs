//! Packages of evidence, by the built binary: what was packed can be verified and replayed, whatever is changed is
//! found, nothing secret is in them unless it was asked for, and a package from a stranger does no harm.
//!
//! Written from the promise; packages are taken apart and put together again by the `zip` crate alone.

#![allow(clippy::unwrap_used, reason = "in a test a panic is the answer")]

#[path = "hostile/book.rs"]
#[allow(dead_code, reason = "shared with the tests of workbooks, which use all of it")]
mod book;
#[path = "evidence/hostile.rs"]
mod hostile;
#[path = "evidence/made.rs"]
mod made;
#[path = "evidence/shelf.rs"]
mod shelf;
#[path = "evidence/tampering.rs"]
mod tampering;
#[path = "outputs/workspace.rs"]
#[allow(dead_code, reason = "shared with the tests of reports, which use all of it")]
mod workspace;
