//! rolecall judges the API user accounts of Calabrio ONE and of its twin, Workforce Optimization, from
//! exported lists of users and planned configs, offline.
//!
//! A [`source`] becomes [`record`]s; the [`engine`] puts each record to each [`rule`]'s [`check`]; a violation
//! becomes a [`diagnostic`]; the [`report`] says it, and the verdict ends the run. The modules stand in the
//! order in which they may use each other: each only those before it.

pub mod error;

#[cfg(target_arch = "x86_64")]
pub mod machine;

pub mod source;

pub mod diagnostic;

pub mod syntax;

pub mod schema;

pub mod record;

pub mod read;

pub mod check;

pub mod rule;

pub mod config;

pub mod engine;

pub mod capacity;

pub mod report;

pub mod evidence;
