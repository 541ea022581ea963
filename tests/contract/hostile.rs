//! Inputs that lie, put to the binary: workbooks, encodings, dialects, look-alikes, and paths that are not files.
//! `docs/promises.md` says which promise each test keeps.

mod confusables;
mod encodings;
#[cfg(unix)]
mod files;
mod lists;
mod packages;
#[cfg(unix)]
mod streams;
mod workbooks;
