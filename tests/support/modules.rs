//! What the test crates share: a folder to run the binary in, its reports, and inputs written by code of their own.

pub mod documents;
pub mod near_misses;
pub mod page;
pub mod plantings;
pub mod recall;
pub mod renderings;
pub mod report;
pub mod rows;
pub mod table;
pub mod tree;
pub mod workbook;
pub mod workspace;
pub mod world;
