//! Inputs that lie, put to the binary: workbooks, encodings, dialects, look-alikes, and files that are none.
//! `docs/promises.md` says which promise each test keeps.

#![allow(clippy::unwrap_used, reason = "in a test a panic is the answer")]

#[path = "hostile/book.rs"]
mod book;
#[path = "hostile/confusables.rs"]
mod confusables;
#[path = "hostile/encodings.rs"]
mod encodings;
#[cfg(unix)]
#[path = "hostile/files.rs"]
mod files;
#[path = "hostile/lists.rs"]
mod lists;
#[path = "hostile/promises.rs"]
mod promises;
#[path = "contract/report.rs"]
#[allow(dead_code, reason = "shared with the contract, which uses all of it")]
mod report;
#[cfg(unix)]
#[path = "hostile/streams.rs"]
mod streams;
#[path = "hostile/workbooks.rs"]
mod workbooks;
#[path = "contract/workspace.rs"]
#[allow(dead_code, reason = "shared with the contract, which uses all of it")]
mod workspace;
