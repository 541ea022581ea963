//! Seats that could be given back: candidates, each with its record and the reason.
//!
//! Nothing here says that an account is unused: no input says so. What is certain comes before what is only likely.

use std::collections::BTreeMap;

use super::context::CapacityContext;
use crate::check::population::active_periods::{ActivePeriods, MAX_LISTED};
use crate::check::population::bounded_sample::BoundedSample;
use crate::check::{CellContent, CellRequest, ReReadCell, RecordId, look_alike, unique};
use crate::diagnostic::{Label, RecordRef};
use crate::record::Field;
use crate::record::site::Site;

/// Why a seat could be given back, the strongest sign first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReclaimSign {
    /// Its deactivation date has come, and it is marked active.
    Ended,
    /// Another account has its user name.
    UserNameTwice,
    /// Another account has its employee id.
    EmployeeTwice,
    /// Another account's user name looks the same.
    LookAlike,
    /// It serves an undeclared integration.
    IntegrationGone,
    /// It is an administrator and an agent, and nothing else.
    AgentToo,
}

impl ReclaimSign {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Ended, Self::UserNameTwice, Self::EmployeeTwice, Self::LookAlike, Self::IntegrationGone, Self::AgentToo];

    /// The word in reports.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ended => "ended",
            Self::UserNameTwice => "user-name-twice",
            Self::EmployeeTwice => "employee-twice",
            Self::LookAlike => "look-alike",
            Self::IntegrationGone => "integration-gone",
            Self::AgentToo => "agent-too",
        }
    }

    /// The reason, as a fragment.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Ended => "its deactivation date has come, and it is still marked active",
            Self::UserNameTwice => "another account that takes a seat has the same user name",
            Self::EmployeeTwice => "another account that takes a seat has the same employee id",
            Self::LookAlike => "another account that takes a seat has a user name that looks the same",
            Self::IntegrationGone => "the integration that it serves is not declared",
            Self::AgentToo => "besides the administrator role it holds the agent role alone",
        }
    }
}

/// A seat that could be given back.
#[derive(Clone, Debug)]
pub struct ReclaimCandidate {
    /// The licence.
    pub license: String,
    /// The account.
    pub subject: RecordRef,
    /// Why, the strongest sign first.
    pub signs: Vec<ReclaimSign>,
    /// Its evidence: the account's own cell first.
    pub labels: Vec<Label>,
}

/// Everything that could be given back.
#[derive(Clone, Debug, Default)]
pub struct Reclaim {
    /// The candidates, the strongest signs first.
    pub candidates: Vec<ReclaimCandidate>,
    /// How many accounts were not looked at, because there are too many of them.
    pub beyond: u64,
}

/// An account with a sign, and the evidence for it.
struct Hint {
    sign: ReclaimSign,
    id: RecordId,
    labels: Vec<Label>,
    /// The account that would keep its seat.
    other: Option<RecordId>,
}

/// Looks for candidates.
pub(super) fn candidates(context: &mut CapacityContext<'_>, active_periods: &ActivePeriods) -> Reclaim {
    let mut reclaim = Reclaim::default();
    let mut hints = alone(context, ReclaimSign::Ended, &active_periods.ended, Field::Deactivated, &mut reclaim.beyond);
    let twice = [
        (ReclaimSign::UserNameTwice, unique::repeats(&context.population.user_names, Field::UserName, context.cells)),
        (ReclaimSign::EmployeeTwice, unique::repeats(&active_periods.employees, Field::EmployeeId, context.cells)),
        (ReclaimSign::LookAlike, look_alike::similar_names(context.population, context.cells)),
    ];
    for (sign, (pairs, left_out)) in twice {
        reclaim.beyond += left_out;
        hints.extend(pairs.into_iter().map(|(first, later)| of_pair(sign, first, later)));
    }
    hints.extend(integrations(context));
    hints.extend(alone(context, ReclaimSign::AgentToo, &active_periods.agents, Field::Roles, &mut reclaim.beyond));
    let most = usize::try_from(MAX_LISTED).expect("internal error: a list fits memory");
    reclaim.beyond += hints.len().saturating_sub(most) as u64;
    hints.truncate(most);
    reclaim.candidates = judged(context, hints);
    reclaim
}

/// Accounts with a sign in one of their own cells.
fn alone(
    context: &mut CapacityContext<'_>,
    sign: ReclaimSign,
    of: &BoundedSample,
    field: Field,
    beyond: &mut u64,
) -> Vec<Hint> {
    *beyond += of.count() - of.first().len() as u64;
    let wanted: Vec<_> = of.first().iter().map(|id| CellRequest { record: *id, field }).collect();
    let hint = |(wanted, reread): (CellRequest, ReReadCell)| Hint {
        sign,
        id: wanted.record,
        labels: vec![saying(reread.label, sign.reason())],
        other: None,
    };
    context.cells.look_up(&wanted).into_iter().map(hint).collect()
}

fn of_pair(sign: ReclaimSign, first: ReReadCell, later: ReReadCell) -> Hint {
    let (id, other) = (record_of(&later), record_of(&first));
    let labels = vec![saying(later.label, sign.reason()), saying(first.label, "the other account")];
    Hint { sign, id, labels, other: Some(other) }
}

/// API users of undeclared integrations, if any are declared.
fn integrations(context: &mut CapacityContext<'_>) -> Vec<Hint> {
    let Some(declared) = &context.site.catalogue.integrations else { return Vec::new() };
    let is_gone = |name: &str| !declared.iter().any(|one| one.name == name);
    let gone = context.population.served.iter().filter(|one| one.is_active && is_gone(&one.integration));
    let wanted: Vec<_> = gone.map(|one| CellRequest { record: one.id, field: Field::Integration }).collect();
    let sign = ReclaimSign::IntegrationGone;
    let hint = |(wanted, reread): (CellRequest, ReReadCell)| Hint {
        sign,
        id: wanted.record,
        labels: vec![saying(reread.label, sign.reason())],
        other: None,
    };
    context.cells.look_up(&wanted).into_iter().map(hint).collect()
}

fn saying(label: Label, message: &str) -> Label {
    Label { message: message.to_owned(), ..label }
}

fn record_of(reread: &ReReadCell) -> RecordId {
    let input = reread.label.input.expect("internal error: a cell that was read again is in an input");
    RecordId { input, number: reread.subject.number }
}

/// The candidates among the hints: those that take a seat, and of two accounts only where both do.
fn judged(context: &mut CapacityContext<'_>, hints: Vec<Hint>) -> Vec<ReclaimCandidate> {
    let all = hints.iter().flat_map(|hint| std::iter::once(hint.id).chain(hint.other));
    let wanted: Vec<_> = all.map(|record| CellRequest { record, field: Field::Roles }).collect();
    let site = context.site;
    let reread_cells = context.cells.look_up(&wanted).into_iter();
    let roles: BTreeMap<RecordId, (u64, RecordRef)> =
        reread_cells.map(|(wanted, reread)| (wanted.record, (pools_of(&reread, site), reread.subject))).collect();
    let mut candidates: BTreeMap<(RecordId, usize), ReclaimCandidate> = BTreeMap::new();
    for hint in hints {
        let Some((own, subject)) = roles.get(&hint.id) else { continue };
        let of_other = hint.other.map_or(u64::MAX, |other| roles.get(&other).map_or(0, |(pools, _)| *pools));
        for (number, pool) in site.pools.iter().enumerate() {
            if own & of_other & 1 << number == 0 {
                continue;
            }
            let candidate = candidates.entry((hint.id, number)).or_insert_with(|| ReclaimCandidate {
                license: pool.license.clone(),
                subject: subject.clone(),
                signs: Vec::new(),
                labels: Vec::new(),
            });
            candidate.signs.push(hint.sign);
            candidate.labels.extend(hint.labels.iter().cloned());
        }
    }
    let mut ranked: Vec<_> = candidates.into_iter().collect();
    ranked.sort_unstable_by_key(|((id, number), one)| (one.signs.first().copied(), *number, *id));
    ranked.into_iter().map(|(_, candidate)| candidate).collect()
}

fn pools_of(reread: &ReReadCell, site: &Site) -> u64 {
    match &reread.cell {
        CellContent::Items(items) => items.iter().fold(0, |all, role| all | site.pools_of(role)),
        CellContent::Absent | CellContent::Blank | CellContent::Text(_) => 0,
    }
}
