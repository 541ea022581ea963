//! Exports of earlier days, each observed as of its own day.
//!
//! What is wrong with one of them is a hole in the run, and leaves the figures of today as they are.

use super::context::RunContext;
use super::describe::PlacedDiagnostic;
use super::ledger::{Hole, InputLedger, SeatCount};
use super::load::LoadedInput;
use super::observe::observe;
use super::whole_run::digests;
use crate::diagnostic::Severity;
use crate::diagnostic::usage::UsageError;
use crate::diagnostic::visible::quoted;
use crate::record::date::Date;

/// Seats that an export of an earlier day used on its day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoricalUsage {
    /// The file as typed.
    pub file: String,
    /// The day.
    pub on: Date,
    /// Seats used, pool by pool.
    pub used: Vec<u64>,
    /// Why these figures are "at least".
    pub doubt: Option<String>,
}

/// What reading an export of an earlier day gave.
pub struct EarlierDay {
    pub usage: HistoricalUsage,
    /// What could not be read. What an old export says against itself was for its own day to mend.
    pub faults: Vec<PlacedDiagnostic>,
    pub holes: Vec<Hole>,
    pub tenants: Vec<String>,
    pub ledger: InputLedger,
}

/// Reads an export of an earlier day.
///
/// # Errors
/// It is a plan.
pub fn earlier_day(context: &RunContext<'_>, on: Date, loaded: LoadedInput) -> Result<EarlierDay, UsageError> {
    if loaded.plan_facts().is_some() {
        let message = format!("{} is a plan, not an export of an earlier day", quoted(&loaded.name));
        return Err(UsageError::new(message).with_remedy("Name it without `--history`."));
    }
    let file = loaded.name.to_string();
    let context = context.on_day(on, loaded);
    let mut seen = observe(&context)?;
    digests(&context, &mut seen);
    let used = SeatCount::of_pools(&context.site, &seen.population).iter().map(|count| count.used).collect();
    let (placed, holes) = seen.findings.take();
    let doubt = seen.population.seats.doubt(seen.population.is_partial).map(str::to_owned);
    let doubt = holes.first().map(|hole| hole.reason.clone()).or(doubt);
    Ok(EarlierDay {
        usage: HistoricalUsage { file, on, used, doubt },
        faults: placed.into_iter().filter(|one| one.diagnostic.severity == Severity::Error).collect(),
        holes,
        tenants: seen.tenants,
        ledger: seen.ledgers.pop().expect("internal error: an input has a ledger"),
    })
}
