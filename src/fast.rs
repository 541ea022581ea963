//! What has to be quick, behind one door: functions over bytes that know nothing of accounts.
//!
//! [`scan`](scan::scan) finds where the cells of a table end, [`intern`] gives texts that repeat a number, [`split`] hands the
//! chunks of an input to threads. Each has a portable form, which the tests of its faster ones compare with. [`sort_few`] sorts what is
//! few, and is compiled once.

#[cfg(target_arch = "x86_64")]
pub mod cpu;
pub mod days;
pub mod hash;
pub mod hash_filter;
pub mod intern;
pub mod scan;
pub mod sort_few;
pub mod split;
