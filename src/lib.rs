//! rolecall judges the API user accounts of Calabrio ONE and of its twin, Workforce Optimization, from
//! exported lists of users and planned configs, offline.
//!
//! A [`source`] becomes [`record`]s; the [`engine`] applies each [`rule`]'s [`check`] to each record; a violation
//! becomes a [`diagnostic`], which the [`report`] shows; the verdict ends the run. Each module uses only those above it.

// The command line speaks of the library by its name, as any other program that uses it.
extern crate self as rolecall;

pub mod error;

pub mod embedded;

pub mod fast;

pub mod source;

pub mod diagnostic;

pub mod syntax;

pub mod schema;

pub mod record;

pub mod read;

pub mod check;

pub mod rule;

pub mod config;

pub mod project;

pub mod engine;

pub mod policy;

pub mod rule_test;

pub mod lock;

pub mod capacity;
pub mod drift;

pub mod diff;

pub mod fleet;

pub mod report;

pub mod evidence;

pub mod fix;

pub mod request;

pub mod cli;
