//! Who takes a seat on which days, as far as a count of today does not tell: accounts that begin or end later, and what
//! could be given back.
//!
//! An account that is active and stays so is counted and forgotten. What is remembered of the others merges in any
//! order, as the rest of the population does.

use std::collections::BTreeMap;

use super::account::Account;
use super::account::SeatHolder;
use super::bounded_sample::BoundedSample;
use super::user_names::UserNameIndex;
use crate::check::RecordId;
use crate::record::Field;
use crate::record::activity::{ContradictionKind, FutureChanges};
use crate::record::date::Date;
use crate::record::list::{ListCell, ListSyntax};
use crate::record::meaning::{uncertainty_of_item, uncertainty_of_text};
use crate::record::name::UserName;
use crate::record::site::Site;

/// The most accounts remembered of each licence, of each reason to give a seat back, and of each kind of difference; those beyond are
/// counted.
pub const MAX_LISTED: u64 = 10_000;

/// The most roles by name that are remembered: no tenant has as many.
const MAX_ROLES: usize = 4_096;

/// An account whose seats change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActivePeriod {
    /// Its record.
    pub id: RecordId,
    /// The pools it takes a seat of, as bits.
    pub pools: u64,
    /// On which days its activity changes.
    pub ahead: FutureChanges,
    /// Active on the as-of date.
    pub is_active: bool,
    /// Judged as an API user.
    pub is_api_user: bool,
    /// Of a plan.
    pub is_plan: bool,
    /// Its activation date, if one is given and has come.
    pub since: Option<Date>,
}

/// What is remembered.
#[derive(Clone, Debug)]
pub struct ActivePeriods {
    /// Accounts of exports that no plan speaks of and that begin or end later.
    pub changing: Vec<ActivePeriod>,
    /// Accounts that take a seat although their deactivation date has come.
    pub ended: BoundedSample,
    /// Administrators of exports who are agents besides and nothing else.
    pub agents: BoundedSample,
    /// Accounts of exports that take a seat, by their employee ids.
    pub employees: UserNameIndex,
    /// Roles by name, each with the first record that was seen to hold it.
    pub roles: BTreeMap<String, RecordId>,
    /// Active accounts of exports whose licence column says something else than their roles.
    pub mislabelled: BoundedSample,
    labels: Labels,
}

/// Which label of a licence column means which pools.
#[derive(Clone, Debug, Default)]
struct Labels {
    pools: BTreeMap<String, u64>,
    /// The pools that have a label: only of these the column can speak.
    labelled: u64,
    lists: ListSyntax,
}

impl ActivePeriods {
    /// Nothing seen yet.
    #[must_use]
    pub fn new(site: &Site) -> Self {
        Self {
            changing: Vec::new(),
            ended: BoundedSample::at_most(MAX_LISTED),
            agents: BoundedSample::at_most(MAX_LISTED),
            employees: UserNameIndex::default(),
            roles: BTreeMap::new(),
            mislabelled: BoundedSample::at_most(MAX_LISTED),
            labels: Labels::of(site),
        }
    }

    /// The same, with nothing seen.
    #[must_use]
    pub fn emptied(&self) -> Self {
        Self {
            changing: Vec::new(),
            ended: self.ended.emptied(),
            agents: self.agents.emptied(),
            employees: UserNameIndex::default(),
            roles: BTreeMap::new(),
            mislabelled: self.mislabelled.emptied(),
            labels: self.labels.clone(),
        }
    }

    /// Remembers the names in a list of roles that did not come up before.
    pub fn meet(&mut self, roles: &ListCell<'_>, id: RecordId) {
        let ListCell::Items(roles) = roles else { return };
        for role in roles.items.iter().filter(|role| !role.is_id) {
            if let Some(first) = self.roles.get_mut(role.text.as_ref()) {
                *first = id.min(*first);
            } else if self.roles.len() < MAX_ROLES {
                self.roles.insert(role.text.to_string(), id);
            }
        }
    }

    /// Remembers what must be remembered of an account.
    pub(super) fn observe(&mut self, account: &Account<'_>, is_in_plan: bool) {
        let activity = account.activity;
        if account.is_plan() {
            return;
        }
        if activity.is_active {
            self.reconcile(account);
        }
        if account.roles.pools == 0 {
            return;
        }
        if !is_in_plan && activity.ahead != FutureChanges::default() {
            self.changing.push(ActivePeriod::new(account));
        }
        if activity.is_active {
            self.consider(account);
        }
    }

    /// Keeps an account that takes a seat in mind where the seat could perhaps be given back.
    fn consider(&mut self, account: &Account<'_>) {
        if account.activity.contradiction.is_some_and(|found| found.kind == ContradictionKind::HasEnded) {
            self.ended.add(account.id);
        }
        if account.roles.is_administrator && account.roles.is_else_agent && !account.is_api_user {
            self.agents.add(account.id);
        }
        if account.present.has(Field::EmployeeId)
            && let Some(employee) = account.record.cell(Field::EmployeeId).text()
            && uncertainty_of_text(employee).is_none()
        {
            self.employees.add(&UserName::new(employee), account.id, true, false);
        }
    }

    fn reconcile(&mut self, account: &Account<'_>) {
        if self.labels.labelled == 0 || !account.present.has(Field::Licenses) || !account.roles.is_certain {
            return;
        }
        let list = account.record.list(Field::Licenses, &self.labels.lists);
        let by_roles = account.roles.pools & self.labels.labelled;
        if self.labels.pools_of(&list).is_some_and(|by_labels| by_labels != by_roles) {
            self.mislabelled.add(account.id);
        }
    }

    /// Adds what another has seen.
    pub(super) fn merge(&mut self, other: Self) {
        self.changing.extend(other.changing);
        self.ended.merge(other.ended);
        self.agents.merge(other.agents);
        self.employees.merge(other.employees);
        for (role, id) in other.roles {
            let first = self.roles.entry(role).or_insert(id);
            *first = id.min(*first);
        }
        self.mislabelled.merge(other.mislabelled);
    }

    /// Puts what came in any order into the order of the inputs.
    pub(super) fn put_in_order(&mut self) {
        self.changing.sort_unstable_by_key(|period| period.id);
    }
}

impl ActivePeriod {
    pub(super) fn new(account: &Account<'_>) -> Self {
        Self {
            id: account.id,
            pools: account.roles.pools,
            ahead: account.activity.ahead,
            is_active: account.activity.is_active,
            is_api_user: account.is_api_user,
            is_plan: account.is_plan(),
            since: account.activity.since,
        }
    }

    /// The account as one that takes a seat.
    pub(super) const fn holder(&self) -> SeatHolder {
        SeatHolder { id: self.id, is_api_user: self.is_api_user, since: self.since }
    }

    /// True if the account takes a seat of the pool with this number while it is active.
    #[must_use]
    pub const fn takes(&self, pool: usize) -> bool {
        self.pools >> pool & 1 == 1
    }
}

impl Labels {
    fn of(site: &Site) -> Self {
        let mut labels = Self::default();
        for (number, pool) in site.pools.iter().enumerate() {
            for label in &pool.labels {
                *labels.pools.entry(label.clone()).or_default() |= 1 << number;
                labels.labelled |= 1 << number;
            }
        }
        if labels.labelled != 0 {
            labels.lists = site.lists.clone();
        }
        labels
    }

    /// The pools that a cell names; `None` if there is no cell. Labels that nobody declared say nothing here.
    fn pools_of(&self, list: &ListCell<'_>) -> Option<u64> {
        match list {
            ListCell::Absent => None,
            ListCell::Blank(_) => Some(0),
            // What cannot be read with certainty says nothing.
            ListCell::Items(list)
                if list.items.iter().any(|item| uncertainty_of_item(&item.text, &self.lists, |_| false).is_some()) =>
            {
                None
            }
            ListCell::Items(list) => {
                let pools = list.items.iter().filter_map(|item| self.pools.get(item.text.as_ref()));
                Some(pools.fold(0, |all, one| all | one))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::list::{ListItem, ListItems};
    use crate::source::{InputId, Span};

    fn id(input: u16, number: u64) -> RecordId {
        RecordId { input: InputId(input), number }
    }

    /// What some thread has seen of one input.
    fn part(site: &Site, input: u16) -> ActivePeriods {
        let mut part = ActivePeriods::new(site);
        let period = |number| ActivePeriod {
            id: id(input, number),
            pools: 1,
            ahead: FutureChanges::default(),
            is_active: true,
            is_api_user: false,
            is_plan: false,
            since: None,
        };
        part.changing = vec![period(2), period(1)];
        part.ended.add(id(input, 1));
        let item = |name: &'static str| ListItem::named(name.into(), Span::default());
        let items = vec![item("Administrator"), item(if input == 0 { "Agent" } else { "Auditor" })];
        let list = ListItems { whole: Span::default(), defined: None, says_main: false, items };
        part.meet(&ListCell::Items(list), id(input, 1));
        part
    }

    #[test]
    fn parts_merge_in_any_order() {
        let mut site = Site::new(Date::parse("2026-11-21", None).expect("a date"));
        site.pools.push(crate::record::pool::Pool::named("System Administrator"));
        let merged = |order: [u16; 3]| {
            let mut whole = ActivePeriods::new(&site);
            order.into_iter().for_each(|input| whole.merge(part(&site, input)));
            whole.put_in_order();
            (whole.changing, whole.ended, whole.roles)
        };
        let expected = merged([0, 1, 2]);
        assert_eq!((expected.0.len(), expected.1.count()), (6, 3));
        assert_eq!(expected.2["Administrator"], id(0, 1));
        for order in [[2, 1, 0], [1, 0, 2], [1, 2, 0]] {
            assert_eq!(merged(order), expected);
        }
    }
}
