//! Whole-program tests: the built binary is held to what `/README.md` and `/schema` promise to the world outside.
//!
//! Everything here is written from the promise. Of the library only lists of names are used (rules, forms of the report),
//! so that a fault in the program cannot hide in the test as well: places are counted here, and data is written here, by
//! code of its own. The cases are tables of data; the code around them is kept small.

#![allow(clippy::unwrap_used, reason = "in a test a panic is the answer")]

mod capacity;
mod case;
mod commands;
mod cures;
mod dates;
mod declared;
mod diff;
mod drift;
mod evidence;
mod fixes;
mod fleets;
mod generated;
mod hostile;
mod ledger;
mod malformed_documents;
mod malformed_tables;
mod outputs;
mod packs;
mod policy;
mod projects;
mod recall;
mod requests;
mod reviews;
mod screen;
mod seats;
mod secrets;
mod unclear;
mod undecided;
mod usage;

#[path = "../support/modules.rs"]
#[allow(dead_code, reason = "shared with the laws")]
mod support;
