//! Inputs that lie, put to the binary: workbooks, encodings, dialects, look-alikes, and files that are none.
//! `docs/promises.md` says which promise each test keeps.

#[path = "hostile/book.rs"]
mod book;
#[path = "hostile/encodings.rs"]
mod encodings;
#[path = "contract/report.rs"]
#[allow(dead_code, reason = "shared with the contract, which uses all of it")]
mod report;
#[path = "contract/room.rs"]
#[allow(dead_code, reason = "shared with the contract, which uses all of it")]
mod room;
#[path = "hostile/workbooks.rs"]
mod workbooks;
