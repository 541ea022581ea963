//! Seats over time: random small worlds put to a day-by-day count that knows nothing of the program's own reckoning,
//! what the docs settle about days, what is refused, and the forms of the report.
//!
//! Written from `docs/capacity.md` and the schema.

#![allow(clippy::unwrap_used, reason = "in a test a panic is the answer")]

#[path = "capacity/bad_input.rs"]
mod bad_input;
#[path = "capacity/decisions.rs"]
mod decisions;
#[path = "capacity/forms.rs"]
mod forms;
#[path = "capacity/oracle.rs"]
mod oracle;
#[path = "capacity/settled.rs"]
mod settled;
#[path = "capacity/workspace.rs"]
mod workspace;
#[path = "capacity/world.rs"]
mod world;
