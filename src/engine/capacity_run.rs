//! A run for somebody who asks about seats over time: the same inputs, the same account of what was not judged, but of
//! the rules only those about seats, with the answer to them from whoever asks.

use super::conclude::{Conclusions, conclude};
use super::context::RunContext;
use super::describe::ExtraFinding;
use super::history::{EarlierDay, HistoricalUsage, earlier_day};
use super::load;
use super::observation::Observation;
use super::observe::observe;
use super::reread::InputReReader;
use super::{NamedInput, Run, RunRequest};
use crate::check::Conclusion;
use crate::check::population::Population;
use crate::diagnostic::Severity;
use crate::diagnostic::usage::UsageError;
use crate::fast::sort_few::sort_few_by;
use crate::record::date::Date;
use crate::record::site::Site;

/// The pack of rules about seats: the others have no part in such a run.
const PACK: &str = "licences";

/// A run whose inputs were observed, waiting for its conclusions.
pub struct CapacityRun<'a> {
    context: RunContext<'a>,
    seen: Observation,
    /// In the order of the days.
    earlier: Vec<EarlierDay>,
}

impl<'a> CapacityRun<'a> {
    /// Observes the accounts of `named`, and the exports of earlier days.
    ///
    /// # Errors
    /// A config, declarations or exports that cannot be used: nothing was judged.
    pub fn observe(
        named: Vec<NamedInput>,
        past: Vec<(Date, NamedInput)>,
        request: &RunRequest<'a>,
    ) -> Result<Self, UsageError> {
        let of_today = named.len();
        let mut context = RunContext::new(named, request)?;
        context.rules.retain(|configured| configured.rule.pack == PACK);
        context.has_timeline = true;
        // Such an account is a candidate to give its seat back, and decides nothing.
        context.contradiction = Severity::Note;
        let (days, past): (Vec<Date>, Vec<NamedInput>) = past.into_iter().unzip();
        let past = load::earlier(past, of_today, request.options.encoding);
        let read = |(on, loaded)| earlier_day(&context, on, loaded);
        let mut earlier: Vec<EarlierDay> = days.into_iter().zip(past).map(read).collect::<Result<_, _>>()?;
        sort_few_by(&mut earlier, |a, b| (a.usage.on, &a.usage.file).cmp(&(b.usage.on, &b.usage.file)));
        let seen = observe(&context)?;
        Ok(Self { context, seen, earlier })
    }

    /// The tenant.
    #[must_use]
    pub const fn site(&self) -> &Site {
        &self.context.site
    }

    /// All accounts, over time.
    #[must_use]
    pub const fn population(&self) -> &Population {
        &self.seen.population
    }

    /// The path of an input as typed, by its number.
    #[must_use]
    pub fn file(&self, number: usize) -> &str {
        &self.context.loaded[number].name
    }

    /// Seats on earlier days, in the order of the days.
    #[must_use]
    pub fn past(&self) -> Vec<&HistoricalUsage> {
        self.earlier.iter().map(|day| &day.usage).collect()
    }

    /// Reads cells again.
    #[must_use]
    pub fn cells(&self) -> InputReReader<'_> {
        InputReReader::new(&self.context, &self.seen.summaries)
    }

    /// Ends the run with what was concluded: of the rules about seats by their ids, and besides. `unread` are the inputs of
    /// which something could not be read again.
    #[must_use]
    pub fn conclude(
        mut self,
        of_rules: Vec<(&'static str, Conclusion)>,
        extra: Vec<ExtraFinding>,
        unread: Vec<usize>,
    ) -> Run {
        let number = |id: &str| self.context.rules.iter().position(|rule| rule.rule.id == id && !rule.is_off());
        let of_rules = of_rules.into_iter().filter_map(|(id, conclusion)| Some((number(id)?, conclusion))).collect();
        let earlier = self.earlier;
        let conclusions =
            Conclusions { of_rules, extra, earlier, unread, is_without_api_users: true, ..Conclusions::default() };
        conclude(&self.context, &mut self.seen, conclusions)
    }
}
