//! What the test crates share: a folder to run the binary in, its reports, and inputs written by code of their own.

pub mod report;
pub mod rows;
pub mod workbook;
pub mod workspace;
