//! Seats over time: what is used, what the days to come bring, when a licence runs out, what it costs and what could
//! be given back.
//!
//! Worked out from what a run has observed ([`CapacityRun`]): no file, no terminal, no clock. Each part is
//! one question; `docs/capacity.md` says how each is answered.

pub mod accounts;
pub mod advice;
mod context;
pub mod cost;
pub mod demand;
pub mod labels;
pub mod reclaim;
pub mod timeline;
pub mod trend;
pub mod what_if;

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use crate::check::population::SeatHolder;
use crate::check::population::active_periods::MAX_LISTED;
use crate::check::population::seats::CountedHolders;
use crate::check::{CellRequest, RecordId};
use crate::diagnostic::RecordRef;
use crate::diagnostic::usage::UsageError;
use crate::engine::capacity_run::CapacityRun;
use crate::engine::{NamedInput, Run, RunRequest};
use crate::record::Field;
use crate::record::date::Date;
use crate::record::pool::{OveragePolicy, Pool};
use accounts::{Accounts, SeatChangeKind};
use advice::{Advice, advice};
use context::CapacityContext;
use cost::Cost;
use demand::{Reserve, conclude};
use reclaim::Reclaim;
use timeline::Timeline;
use trend::Trend;
use what_if::{AssumedSubject, WhatIf};

/// Months that a report looks ahead where nobody says how far.
const MONTHS_AHEAD: i32 = 12;
/// Years that a report looks ahead at most: nobody plans further.
const MAX_YEARS: i32 = 10;
/// The most changes that a step names; the others are counted.
const MAX_NAMED: usize = 20;
/// The most accounts that are looked up for all steps together.
const MAX_LOOKED_UP: usize = 20_000;

/// What a capacity report is made for, besides its inputs.
#[derive(Default)]
pub struct CapacityRequest {
    /// The last day to look at.
    pub until: Option<Date>,
    /// Changes that are assumed.
    pub what_ifs: Vec<WhatIf>,
    /// Seats that are to be free on every day.
    pub reserve: Option<Reserve>,
    /// Exports of earlier days.
    pub past: Vec<(Date, NamedInput)>,
}

/// The answer.
#[derive(Clone, Debug)]
pub struct Capacity {
    /// The last day that was looked at.
    pub until: Date,
    /// Licence by licence.
    pub licenses: Vec<License>,
    /// Seats that could be given back.
    pub reclaim: Reclaim,
    /// What was assumed.
    pub what_ifs: Vec<WhatIf>,
    /// What is to be free.
    pub reserve: Option<Reserve>,
}

impl Capacity {
    /// No answer: nothing was looked at.
    #[must_use]
    pub fn none(as_of: Date) -> Self {
        let reclaim = Reclaim::default();
        Self { until: as_of, licenses: Vec::new(), reclaim, what_ifs: Vec::new(), reserve: None }
    }
}

/// Seats of one licence over time.
#[derive(Clone, Debug)]
pub struct License {
    /// Its name.
    pub name: String,
    /// Seats owned on the as-of date; `None` if undeclared.
    pub owned: Option<u64>,
    /// What becomes of seats beyond those owned.
    pub over: Option<OveragePolicy>,
    /// Seats used on the as-of date.
    pub used: SeatsUsed,
    /// Every later day on which something changes.
    pub steps: Vec<TimelineStep>,
    /// The most seats used, and the first day on which they are.
    pub peak: (u64, Date),
    /// The first day on which every seat owned is used.
    pub first_full: Option<Date>,
    /// The first day on which more is used than owned.
    pub first_over: Option<Date>,
    /// What each plan adds on the last day to what the exports alone would use; below zero where it takes away.
    pub plans: Vec<(String, i64)>,
    /// How use has grown, where exports of earlier days were given.
    pub trend: Option<Trend>,
    /// What it costs, where prices were given.
    pub cost: Option<Cost>,
    /// Who takes a seat on the as-of date.
    pub holders: LicenseHolders,
    /// What to do about it, if it runs over and every figure is exact.
    pub advice: Vec<Advice<RecordRef>>,
    /// What would happen without what was assumed, if anything was.
    pub without_assumptions: Option<WithoutAssumptions>,
}

/// The accounts that take a seat of a licence on the as-of date.
#[derive(Clone, Debug)]
pub struct LicenseHolders {
    /// The first of them, in the order of the inputs.
    pub listed: Vec<LicenseHolder>,
    /// How many are not listed.
    pub more: u64,
}

/// An account that takes a seat of a licence.
#[derive(Clone, Debug)]
pub struct LicenseHolder {
    /// The account.
    pub subject: RecordRef,
    /// Judged as an API user, or not declared and named like one.
    pub is_api_user: bool,
    /// Its activation date, if one is given and has come.
    pub since: Option<Date>,
}

/// Seats of a licence without what was assumed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WithoutAssumptions {
    /// The most seats used, and the first day on which they are.
    pub peak: (u64, Date),
    /// The first day on which more is used than owned.
    pub first_over: Option<Date>,
    /// The price of over-use over all periods, if it is known.
    pub over_total: Option<Decimal>,
}

/// Seats used on the as-of date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeatsUsed {
    /// Those of API users.
    pub api_users: u64,
    /// Those of people.
    pub people: u64,
    /// Why they are "at least"; `None` if they are exact.
    pub doubt: Option<String>,
}

impl SeatsUsed {
    /// All of them.
    #[must_use]
    pub const fn total(&self) -> u64 {
        self.api_users + self.people
    }
}

/// A day on which something changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimelineStep {
    /// The day.
    pub on: Date,
    /// Seats owned from then on.
    pub owned: Option<u64>,
    /// Seats used from then on.
    pub used: u64,
    /// What changes, as far as it is named.
    pub because: Vec<StepCause>,
    /// How many changes are not named.
    pub others: u64,
}

/// What changes on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepCause {
    /// How.
    pub change: SeatChangeKind,
    /// The account by its user name; otherwise the licence or the role.
    pub key: String,
    /// The file that says so.
    pub file: Option<String>,
    /// How many seats it is about.
    pub count: u64,
}

impl License {
    /// Seats that are free on the as-of date.
    #[must_use]
    pub fn free(&self) -> Option<u64> {
        self.owned.map(|owned| owned.saturating_sub(self.used.total()))
    }

    /// Seats used beyond those owned on the as-of date.
    #[must_use]
    pub fn beyond(&self) -> Option<u64> {
        self.owned.map(|owned| self.used.total().saturating_sub(owned))
    }
}

/// Makes a run, and answers from what it observed.
///
/// # Errors
/// A config, declarations or a question that cannot be used: nothing was judged.
pub fn run(
    named: Vec<NamedInput>,
    wanted: CapacityRequest,
    request: &RunRequest<'_>,
) -> Result<(Run, Capacity), UsageError> {
    let as_of = request.options.as_of;
    let until = last_day(as_of, wanted.until)?;
    let CapacityRequest { what_ifs, reserve, past, .. } = wanted;
    what_if::within(&what_ifs, as_of, until)?;
    trend::earlier_days(&past, as_of)?;
    let observed = CapacityRun::observe(named, past, request)?;
    let (site, past) = (observed.site(), observed.past());
    let mut cells = observed.cells();
    let population = observed.population();
    let mut context =
        CapacityContext { site, population, past: &past, has_what_ifs: !what_ifs.is_empty(), cells: &mut cells };
    let active_periods =
        population.active_periods.as_ref().expect("internal error: a capacity run observes seats over time");

    let accounts = Accounts::new(&population.seats, active_periods, site.pools.len(), (site.as_of, until));
    let assumed = what_if::resolve(&what_ifs, site)?;
    let mut lines = Vec::with_capacity(site.pools.len());
    for (number, pool) in site.pools.iter().enumerate() {
        let what_ifs: Vec<&WhatIf> = assumed.iter().filter(|one| one.takes(number)).map(|one| one.what_if).collect();
        lines.push(Timeline::of(pool, number, &accounts, what_ifs, (site.as_of, until))?);
    }
    let (conclusions, mut extra) = conclude(&mut context, &lines, reserve);
    extra.extend(labels::notes(&mut context, active_periods, &lines));
    let reclaim = reclaim::candidates(&mut context, active_periods);
    let mut licenses = licenses(&mut context, &lines, &accounts, |number| observed.file(number).to_owned())?;
    let unread = cells.unread();
    let run = observed.conclude(conclusions, extra, unread);
    let undeclared = run.ledger.api_users.undeclared.iter();
    let undeclared: BTreeSet<(&str, u64)> = undeclared.map(|one| (one.file.as_str(), one.number)).collect();
    for holder in licenses.iter_mut().flat_map(|license| &mut license.holders.listed) {
        holder.is_api_user |= undeclared.contains(&(&*holder.subject.file, holder.subject.number));
    }
    Ok((run, Capacity { until, licenses, reclaim, what_ifs, reserve }))
}

/// The last day to look at.
fn last_day(as_of: Date, until: Option<Date>) -> Result<Date, UsageError> {
    let Some(until) = until else {
        let far = || UsageError::new("the as-of date lies at the end of the calendar");
        return as_of.plus_months(MONTHS_AHEAD).ok_or_else(far);
    };
    if until < as_of {
        let error = UsageError::new(format!("--until {until} is before the as-of date {as_of}"));
        return Err(error.with_remedy("Name a later day, or another as-of date."));
    }
    if as_of.plus_months(MAX_YEARS * 12).is_some_and(|last| until > last) {
        return Err(UsageError::new(format!("--until {until} is more than {MAX_YEARS} years ahead")));
    }
    Ok(until)
}

fn licenses(
    context: &mut CapacityContext<'_>,
    lines: &[Timeline<'_>],
    accounts: &Accounts,
    file: impl Fn(usize) -> String,
) -> Result<Vec<License>, UsageError> {
    let population = context.population;
    let seats = &population.seats;
    let doubt = seats.doubt(population.is_partial).map(str::to_owned);
    let is_exact = doubt.is_none() && !seats.has_unknown_later();
    let holders: Vec<CountedHolders> = lines.iter().map(|line| seats.of_pool(line.number)).collect();
    let advised = |line| if is_exact { advice(line, accounts) } else { Vec::new() };
    let advised: Vec<_> = lines.iter().map(advised).collect();
    let names = Names::look_up(context, lines, &holders, &advised);
    let mut licenses = Vec::with_capacity(lines.len());
    for ((line, holders), advice) in lines.iter().zip(&holders).zip(advised) {
        let number = line.number;
        let today = accounts.today[number];
        let used = SeatsUsed { api_users: today.api_users, people: today.people, doubt: doubt.clone() };
        licenses.push(License {
            name: line.pool.license.clone(),
            owned: line.pool.owned,
            over: line.pool.over,
            steps: line.steps().map(|point| names.step(line.pool, point)).collect(),
            peak: line.peak(),
            first_full: line.first_full(),
            first_over: line.first_over().map(|point| point.on),
            plans: accounts.plans(number).map(|(id, adds)| (file(usize::from(id.0)), adds)).collect(),
            trend: (!context.past.is_empty()).then(|| Trend::of(context.past, number, line, &used)),
            cost: Cost::of(line, is_exact),
            holders: names.holders(holders),
            advice: advice.into_iter().map(|one| one.with(|id| names.0.get(&id).cloned())).collect(),
            without_assumptions: without_assumptions(context, line, accounts, is_exact)?,
            used,
        });
    }
    Ok(licenses)
}

/// The seats of a licence without what was assumed; `None` if nothing was.
fn without_assumptions(
    context: &CapacityContext<'_>,
    line: &Timeline<'_>,
    accounts: &Accounts,
    is_exact: bool,
) -> Result<Option<WithoutAssumptions>, UsageError> {
    if !context.has_what_ifs {
        return Ok(None);
    }
    let days = (line.points[0].on, line.until);
    let line = Timeline::of(line.pool, line.number, accounts, Vec::new(), days)?;
    Ok(Some(WithoutAssumptions {
        peak: line.peak(),
        first_over: line.first_over().map(|point| point.on),
        over_total: Cost::of(&line, is_exact).and_then(|cost| cost.over_total),
    }))
}

/// The accounts that a report names.
struct Names(BTreeMap<RecordId, RecordRef>);

impl Names {
    fn look_up(
        context: &mut CapacityContext<'_>,
        lines: &[Timeline<'_>],
        holders: &[CountedHolders],
        advised: &[Vec<Advice<RecordId>>],
    ) -> Self {
        let of_point = |point: &timeline::TimelinePoint| point.accounts().take(MAX_NAMED).collect::<Vec<_>>();
        let mut all: Vec<RecordId> = lines.iter().flat_map(|line| line.steps().flat_map(of_point)).collect();
        all.truncate(MAX_LOOKED_UP);
        all.extend(holders.iter().flat_map(|holders| listed(holders).map(|holder| holder.id)));
        all.extend(advised.iter().flatten().flat_map(Advice::accounts).copied());
        let wanted: Vec<_> = all.into_iter().map(|record| CellRequest { record, field: Field::UserName }).collect();
        let found = context.cells.look_up(&wanted).into_iter();
        Self(found.map(|(wanted, reread)| (wanted.record, reread.subject)).collect())
    }

    fn holders(&self, holders: &CountedHolders) -> LicenseHolders {
        let named = |holder: &SeatHolder| {
            let subject = self.0.get(&holder.id)?.clone();
            Some(LicenseHolder { subject, is_api_user: holder.is_api_user, since: holder.since })
        };
        let listed: Vec<_> = listed(holders).filter_map(named).collect();
        LicenseHolders { more: holders.today.total() - listed.len() as u64, listed }
    }

    fn step(&self, pool: &Pool, point: &timeline::TimelinePoint) -> TimelineStep {
        let mut because = Vec::new();
        let mut others = 0;
        let seats = |file| StepCause {
            change: SeatChangeKind::Seats,
            key: pool.license.clone(),
            file,
            count: point.owned.unwrap_or(0),
        };
        if point.changes_holding && point.owned.is_some() {
            let declared = pool.owned_seats_on(point.on).and_then(|holding| holding.declared.as_ref());
            because.push(seats(declared.map(|declared| declared.label.file.to_string())));
        }
        for what_if in &point.what_ifs {
            because.push(match &what_if.subject {
                AssumedSubject::Seats(_) => seats(None),
                AssumedSubject::Role(role) => {
                    let change =
                        if what_if.change < 0 { SeatChangeKind::WhatIfLess } else { SeatChangeKind::WhatIfMore };
                    StepCause { change, key: role.clone(), file: None, count: what_if.change.unsigned_abs() }
                }
            });
        }
        for (at, (change, id)) in point.moves().enumerate() {
            match self.0.get(&id).filter(|_| at < MAX_NAMED) {
                Some(RecordRef { key, file, .. }) => {
                    because.push(StepCause { change, key: key.clone(), file: Some(file.to_string()), count: 1 });
                }
                None => others += 1,
            }
        }
        TimelineStep { on: point.on, owned: point.owned, used: point.used, because, others }
    }
}

/// The holders that a report lists.
fn listed(holders: &CountedHolders) -> impl Iterator<Item = &SeatHolder> {
    holders.first().take(usize::try_from(MAX_LISTED).expect("internal error: a list fits memory"))
}
