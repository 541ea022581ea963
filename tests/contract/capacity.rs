//! Seats over time: what the docs settle about days, what is refused, and the forms of the report.
//!
//! Written from `docs/capacity.md` and the schema.

mod advice;
mod bad_input;
mod decisions;
mod forms;
mod settled;
