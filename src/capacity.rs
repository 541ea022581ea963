//! Seats over time: what is used, what the days to come bring, when a licence runs out, what it costs and what could
//! be given back.
//!
//! Worked out from what a run has observed ([`CapacityRun`]): no file, no terminal, no clock. Each part is
//! one question; `docs/capacity.md` says how each is answered.

pub mod accounts;
mod context;
pub mod cost;
pub mod demand;
pub mod labels;
pub mod reclaim;
pub mod timeline;
pub mod trend;
pub mod what_if;

use crate::check::{CellRequest, RecordId};
use crate::diagnostic::usage::UsageError;
use crate::engine::capacity_run::CapacityRun;
use crate::engine::{NamedInput, Run, RunRequest};
use crate::record::Field;
use crate::record::date::Date;
use crate::record::pool::{OveragePolicy, Pool};
use accounts::{Accounts, Change};
use context::CapacityContext;
use cost::Cost;
use demand::{Reserve, conclude};
use reclaim::Reclaim;
use timeline::Timeline;
use trend::Trend;
use what_if::WhatIf;

/// Months that a report looks ahead where nobody says how far.
const MONTHS_AHEAD: i32 = 12;
/// Years that a report looks ahead at most: nobody plans further.
const MOST_YEARS: i32 = 10;
/// The most changes that a step names; the others are counted.
const MOST_NAMED: usize = 20;
/// The most accounts that are looked up for all steps together.
const MOST_LOOKED_UP: usize = 20_000;

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
    pub used: Used,
    /// Every later day on which something changes.
    pub steps: Vec<Step>,
    /// The most seats used, and the first day on which they are.
    pub peak: (u64, Date),
    /// The first day on which more is used than owned.
    pub first_over: Option<Date>,
    /// What each plan adds on the last day to what the exports alone would use; below zero where it takes away.
    pub plans: Vec<(String, i64)>,
    /// How use has grown, where exports of earlier days were given.
    pub trend: Option<Trend>,
    /// What it costs, where prices were given.
    pub cost: Option<Cost>,
}

/// Seats used on the as-of date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Used {
    /// Those of API users.
    pub api_users: u64,
    /// Those of people.
    pub people: u64,
    /// Why they are "at least"; `None` if they are exact.
    pub doubt: Option<String>,
}

impl Used {
    /// All of them.
    #[must_use]
    pub const fn total(&self) -> u64 {
        self.api_users + self.people
    }
}

/// A day on which something changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The day.
    pub on: Date,
    /// Seats owned from then on.
    pub owned: Option<u64>,
    /// Seats used from then on.
    pub used: u64,
    /// What changes, as far as it is named.
    pub because: Vec<Cause>,
    /// How many changes are not named.
    pub others: u64,
}

/// What changes on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// How.
    pub change: Change,
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
    let mut context = CapacityContext { site, population, past: &past, cells: &mut cells };
    let active_periods =
        population.active_periods.as_ref().expect("internal error: a capacity run observes seats over time");

    let accounts = Accounts::new(&population.seats, active_periods, site.pools.len(), (site.as_of, until));
    let assumed = what_if::resolve(&what_ifs, site)?;
    let mut lines = Vec::with_capacity(site.pools.len());
    for (number, pool) in site.pools.iter().enumerate() {
        let what_ifs: Vec<&WhatIf> = assumed.iter().filter(|one| one.takes(number)).map(|one| one.what_if).collect();
        lines.push(Timeline::of(pool, number, &accounts, &what_ifs, (site.as_of, until))?);
    }
    let (conclusions, mut extra) = conclude(&mut context, &lines, reserve);
    extra.extend(labels::remarks(&mut context, active_periods, &lines));
    let reclaim = reclaim::candidates(&mut context, active_periods);
    let licenses = licenses(&mut context, &lines, &accounts, |number| observed.file(number).to_owned());
    let unread = cells.unread();
    let run = observed.conclude(conclusions, extra, unread);
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
    if as_of.plus_months(MOST_YEARS * 12).is_some_and(|last| until > last) {
        return Err(UsageError::new(format!("--until {until} is more than {MOST_YEARS} years ahead")));
    }
    Ok(until)
}

fn licenses(
    context: &mut CapacityContext<'_>,
    lines: &[Timeline<'_>],
    accounts: &Accounts,
    file: impl Fn(usize) -> String,
) -> Vec<License> {
    let names = Names::of(context, lines);
    let seats = &context.population.seats;
    let doubt = seats.doubt(context.population.is_partial).map(str::to_owned);
    let is_exact = doubt.is_none() && !seats.has_unknown_later();
    let mut licenses = Vec::with_capacity(lines.len());
    for (number, line) in lines.iter().enumerate() {
        let today = accounts.today[number];
        let used = Used { api_users: today.api_users, people: today.people, doubt: doubt.clone() };
        licenses.push(License {
            name: line.pool.license.clone(),
            owned: line.pool.owned,
            over: line.pool.over,
            steps: line.steps().map(|point| names.step(line.pool, point)).collect(),
            peak: line.peak(),
            first_over: line.first_over().map(|point| point.on),
            plans: accounts.plans(number).map(|(id, adds)| (file(usize::from(id.0)), adds)).collect(),
            trend: (!context.past.is_empty()).then(|| Trend::of(context.past, number, line, &used)),
            cost: Cost::of(line, is_exact),
            used,
        });
    }
    licenses
}

/// User names and files of the accounts that steps name.
struct Names(std::collections::BTreeMap<RecordId, (String, String)>);

impl Names {
    fn of(context: &mut CapacityContext<'_>, lines: &[Timeline<'_>]) -> Self {
        let named = |point: &timeline::Point| point.accounts().take(MOST_NAMED).collect::<Vec<_>>();
        let mut all: Vec<RecordId> = lines.iter().flat_map(|line| line.steps().flat_map(named)).collect();
        all.truncate(MOST_LOOKED_UP);
        let wanted: Vec<_> = all.into_iter().map(|record| CellRequest { record, field: Field::UserName }).collect();
        let told = context.cells.look_up(&wanted).into_iter();
        Self(told.map(|(wanted, seen)| (wanted.record, (seen.subject.key, seen.label.file.to_string()))).collect())
    }

    fn step(&self, pool: &Pool, point: &timeline::Point) -> Step {
        let mut because = Vec::new();
        let mut others = 0;
        if point.changes_holding
            && let Some(owned) = point.owned
        {
            let file = pool.owned_seats_on(point.on).and_then(|holding| holding.declared.as_ref());
            let file = file.map(|declared| declared.label.file.to_string());
            because.push(Cause { change: Change::Seats, key: pool.license.clone(), file, count: owned });
        }
        for what_if in &point.what_ifs {
            let change = if what_if.seats < 0 { Change::WhatIfLess } else { Change::WhatIfMore };
            because.push(Cause { change, key: what_if.role.clone(), file: None, count: what_if.seats.unsigned_abs() });
        }
        for (at, (change, id)) in point.moves().enumerate() {
            match self.0.get(&id).filter(|_| at < MOST_NAMED) {
                Some((key, file)) => {
                    because.push(Cause { change, key: key.clone(), file: Some(file.clone()), count: 1 });
                }
                None => others += 1,
            }
        }
        Step { on: point.on, owned: point.owned, used: point.used, because, others }
    }
}
