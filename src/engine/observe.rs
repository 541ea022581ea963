//! From inputs to an observation: as many passes as it takes to know from the beginning all that a pass learns.

use std::collections::BTreeMap;

use super::column_names::ColumnSearch;
use super::context::RunContext;
use super::observation::Observation;
use super::observer::Observer;
use super::whole_run::{selection, unread_bytes};
use crate::diagnostic::usage::UsageError;
use crate::read::ReadOptions;
use crate::read::progress::ProgressMeter;
use crate::record::FieldSet;

/// What a pass may learn too late.
#[derive(Default)]
struct LearnedFacts {
    /// The fields that each input carries.
    present: BTreeMap<usize, FieldSet>,
    /// Some record says of itself that it is an API user.
    declares_kinds: bool,
    /// Names that fill a cell of their column.
    search: ColumnSearch,
}

impl LearnedFacts {
    /// Adds what a pass has learnt. False if it knew all of it.
    fn learn(&mut self, seen: &Observation) -> bool {
        let mut is_new = seen.selection.has_declared_kind() && !self.declares_kinds;
        self.declares_kinds |= is_new;
        for (number, summary) in seen.summaries.iter().enumerate() {
            if let Some(summary) = summary.as_ref().filter(|summary| summary.is_outdated) {
                self.present.insert(number, summary.present);
                is_new = true;
            }
        }
        // The columns are looked at once everything else is known.
        is_new || self.search.learn(&seen.columns)
    }
}

/// Reads every input until a pass knew all that it learnt. Each pass more knows more, and there is not much to know.
///
/// # Errors
/// Declarations that cannot be used.
pub fn observe(context: &RunContext<'_>) -> Result<Observation, UsageError> {
    let declares_kinds = context.plans.iter().any(|plan| plan.declares_api_users);
    let mut learned = LearnedFacts { declares_kinds, ..LearnedFacts::default() };
    let mut seen = pass(context, &learned)?;
    while learned.learn(&seen) {
        seen = pass(context, &learned)?;
    }
    if let Some(error) = seen.findings.usage_error() {
        return Err(error);
    }
    selection(context, &mut seen);
    unread_bytes(context, &mut seen);
    seen.population.put_in_order();
    seen.population.is_partial = seen.findings.has_holes();
    seen.columns.names = learned.search.names;
    Ok(seen)
}

fn pass(context: &RunContext<'_>, learned: &LearnedFacts) -> Result<Observation, UsageError> {
    let options = context.options;
    let mut observer = Observer::new(context, &learned.search, Observation::new(context, learned.declares_kinds)?);
    let mut before = 0;
    for (number, loaded) in context.loaded.iter().enumerate() {
        let read_options = ReadOptions {
            columns: &context.columns,
            tables: context.config.tables(options.header_row),
            present: learned.present.get(&number).copied(),
            sheets: &options.sheets,
            jobs: options.jobs,
            meter: ProgressMeter::new(options.progress.as_deref(), before),
        };
        observer.read(loaded, &read_options);
        before += loaded.input().map_or(0, |input| input.source.length());
    }
    Ok(observer.into_observation())
}
