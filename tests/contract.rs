//! Whole-program tests: the built binary is held to what `/README.md` and `/schema` promise to the world outside.
//!
//! Everything here is written from the promise. Nothing of the library is used, so that a fault in the program
//! cannot hide in the test as well: places are counted here, and data is written here, by code of its own.
//! The cases are tables of data; the code around them is kept small.

#![allow(clippy::unwrap_used, reason = "in a test a panic is the answer")]

#[path = "contract/case.rs"]
mod case;
#[path = "contract/clears.rs"]
mod clears;
#[path = "contract/commands.rs"]
mod commands;
#[path = "contract/forms.rs"]
mod forms;
#[path = "contract/ledger.rs"]
mod ledger;
#[path = "contract/malformed_documents.rs"]
mod malformed_documents;
#[path = "contract/malformed_tables.rs"]
mod malformed_tables;
#[path = "contract/page.rs"]
mod page;
#[path = "contract/plantings.rs"]
mod plantings;
#[path = "contract/recall.rs"]
mod recall;
#[path = "contract/renderings.rs"]
mod renderings;
#[path = "contract/report.rs"]
mod report;
#[path = "contract/screen.rs"]
mod screen;
#[path = "contract/seats.rs"]
mod seats;
#[path = "contract/secrets.rs"]
mod secrets;
#[path = "contract/table.rs"]
mod table;
#[path = "contract/tree.rs"]
mod tree;
#[path = "contract/undecided.rs"]
mod undecided;
#[path = "contract/usage.rs"]
mod usage;
#[path = "contract/workspace.rs"]
mod workspace;
#[path = "contract/world.rs"]
mod world;
