//! Reports in every form, by the built binary: each tells the verdict and all that was not judged, none can be made
//! to say something else by the text of an input, and none shows a name that was to be replaced.
//!
//! Written from the promise; nothing of the library is used. What each form's own readers make of a report (schemas,
//! a browser) is asked in `.ci/run`.

#![allow(clippy::unwrap_used, reason = "in a test a panic is the answer")]

#[path = "hostile/book.rs"]
#[allow(dead_code, reason = "shared with the tests of workbooks, which use all of it")]
mod book;
#[path = "outputs/cells.rs"]
mod cells;
#[path = "outputs/files.rs"]
mod files;
#[path = "outputs/fingerprints.rs"]
mod fingerprints;
#[path = "outputs/forms.rs"]
mod forms;
#[path = "outputs/identities.rs"]
mod identities;
#[path = "outputs/injection.rs"]
mod injection;
#[path = "outputs/limits.rs"]
mod limits;
#[path = "outputs/workspace.rs"]
mod workspace;
