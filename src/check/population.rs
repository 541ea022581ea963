//! What is remembered of all accounts, for the checks that conclude from the whole.
//!
//! A census observes accounts one by one and holds a few bytes of each: never a cell's text, but for accounts
//! of plans and names that few share. Two censuses merge into what one would have seen, in any order: that is
//! what lets threads share a run. Exactness comes at the end, from the cells: a hash only proposes.

pub mod active_periods;
pub mod bounded_sample;
pub mod holders;
pub mod roster;

use std::collections::BTreeMap;

use super::{PARTIAL, Reason, RecordId};
use crate::record::activity::Activity;
use crate::record::confusables::visual_skeleton;
use crate::record::name::{NameSet, UserName};
use crate::record::site::{RoleFacts, Site};
use crate::record::{Field, FieldSet, InputKind, Record};
use active_periods::ActivePeriods;
use bounded_sample::BoundedSample;
use roster::{Roster, TOO_MANY};

/// An account with what the engine has already found out about it.
pub struct Account<'a> {
    /// Its record.
    pub record: &'a dyn Record,
    /// Which one that is.
    pub id: RecordId,
    /// Of an export or a plan.
    pub input_kind: InputKind,
    /// What is known of its activity.
    pub activity: &'a Activity,
    /// Judged as an API user.
    pub is_api_user: bool,
    /// What its roles mean.
    pub roles: RoleFacts,
    /// Its user name; nothing where it is blank or absent.
    pub name: Option<UserName<'a>>,
    /// The input has no user names.
    pub is_nameless: bool,
    /// The fields the input carries.
    pub present: FieldSet,
}

/// Few accounts are longer than this in any format.
const BYTES_OF_AN_ACCOUNT: u64 = 200;

/// No room is made for fewer accounts than this, nor for more than that.
const FEW: u64 = 20_000;
const MOST_EXPECTED: u64 = 20_000_000;

/// What all accounts were seen to be.
#[derive(Clone, Debug)]
pub struct Population {
    /// Every account with a user name.
    pub roster: Roster,
    /// Accounts whose user name goes beyond ASCII, by what it looks like.
    pub looks: Roster,
    /// Who takes seats, pool by pool.
    pub seats: Vec<BoundedSample>,
    /// Who holds the default administrator role.
    pub administrators: BoundedSample,
    /// Accounts of plans, and accounts of exports that a plan speaks of.
    pub planned: Vec<Planned>,
    /// Integrations that API users name.
    pub served: Vec<Serving>,
    /// API users by the user name of their creator, as written first.
    pub creators: BTreeMap<String, Vec<RecordId>>,
    /// Accounts observed that are active.
    pub active: u64,
    /// Active accounts whose roles could not be told.
    pub uncertain_roles: u64,
    /// Active accounts of inputs without roles.
    pub without_roles: u64,
    /// Accounts of inputs that say nothing of activity.
    pub unknown_activity: u64,
    /// Active accounts of inputs without user names.
    pub nameless: u64,
    /// Some input carries creators.
    pub has_creators: bool,
    /// Not every account of the run could be read: what is not here may still be there.
    pub is_partial: bool,
    /// Seats over time, where somebody asks for them.
    pub active_periods: Option<ActivePeriods>,
    planned_names: NameSet,
}

/// An account that stands in a plan, or that a plan speaks of: the two may be one.
#[derive(Clone, Debug)]
pub struct Planned {
    /// The record.
    pub id: RecordId,
    /// Its user name in lower case.
    pub name: Option<String>,
    /// In a plan or in an export.
    pub input_kind: InputKind,
    /// Its roles.
    pub roles: RoleFacts,
    /// Active on the as-of date.
    pub is_active: bool,
    /// Starts later.
    pub is_ahead: bool,
}

/// An API user that names an integration.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Serving {
    /// The integration.
    pub integration: String,
    /// The account.
    pub id: RecordId,
    /// Active now, or planned to be.
    pub is_active: bool,
}

impl Population {
    /// An empty census of a tenant. `planned_names` are the user names that plans of the run hold: an
    /// account of that name is counted once.
    #[must_use]
    pub fn new(site: &Site, planned_names: NameSet) -> Self {
        let seats = site
            .pools
            .iter()
            .map(|pool| BoundedSample::at_most(pool.owned.map_or(0, |owned| owned.saturating_add(1))))
            .collect();
        Self::empty(seats, BoundedSample::at_most(2), planned_names)
    }

    /// A census of the same tenant that has seen nothing.
    #[must_use]
    pub fn fork(&self) -> Self {
        let seats = self.seats.iter().map(BoundedSample::emptied).collect();
        let active_periods = self.active_periods.as_ref().map(ActivePeriods::emptied);
        Self { active_periods, ..Self::empty(seats, self.administrators.emptied(), self.planned_names.clone()) }
    }

    fn empty(seats: Vec<BoundedSample>, administrators: BoundedSample, planned_names: NameSet) -> Self {
        Self {
            roster: Roster::default(),
            looks: Roster::default(),
            seats,
            administrators,
            planned: Vec::new(),
            served: Vec::new(),
            creators: BTreeMap::new(),
            active: 0,
            uncertain_roles: 0,
            without_roles: 0,
            unknown_activity: 0,
            nameless: 0,
            has_creators: false,
            is_partial: false,
            active_periods: None,
            planned_names,
        }
    }

    /// An input of so many bytes is about to be read, by one of `readers`.
    pub fn expect(&mut self, bytes: u64, readers: usize) {
        let accounts = bytes / BYTES_OF_AN_ACCOUNT / readers as u64;
        if accounts > FEW {
            self.roster.expect(accounts.min(MOST_EXPECTED));
        }
    }

    /// Remembers what must be remembered of an account.
    #[inline(always)]
    pub fn observe(&mut self, account: &Account<'_>) {
        let id = account.id;
        let is_plan = account.input_kind == InputKind::Plan;
        let is_present = account.activity.is_active || (is_plan && account.activity.is_ahead());
        if let Some(name) = &account.name {
            self.roster.add(name, id, is_present, is_plan);
            if !name.is_ascii() {
                self.looks.add(&UserName::new(&visual_skeleton(name.text())), id, is_present, is_plan);
            }
        }
        self.nameless += u64::from(account.is_nameless && is_present);
        self.unknown_activity += u64::from(!account.activity.is_known);
        self.observe_roles(account, id, is_present);
        if let Some(active_periods) = &mut self.active_periods {
            let is_spoken_of = account.name.is_some_and(|name| self.planned_names.contains(&name));
            active_periods.observe(account, is_spoken_of);
        }
        if account.is_api_user && is_present {
            self.observe_api_user(account, id);
        }
        if account.is_api_user && !is_present {
            self.observe_integration(account, id, false);
        }
    }

    #[inline(always)]
    fn observe_roles(&mut self, account: &Account<'_>, id: RecordId, is_present: bool) {
        if !is_present {
            return;
        }
        self.active += u64::from(account.activity.is_active);
        if !account.roles.is_certain {
            self.without_roles += u64::from(account.roles.is_absent);
            self.uncertain_roles += u64::from(!account.roles.is_absent);
        }
        if account.roles.pools == 0 && !account.roles.is_administrator {
            return;
        }
        let is_spoken_of = account.name.is_some_and(|name| self.planned_names.contains(&name));
        if account.input_kind == InputKind::Plan || is_spoken_of {
            self.planned.push(Planned {
                id,
                name: account.name.map(|name| name.folded()),
                input_kind: account.input_kind,
                roles: account.roles,
                is_active: account.activity.is_active,
                is_ahead: account.activity.is_ahead(),
            });
            return;
        }
        if account.roles.is_administrator {
            self.administrators.add(id);
        }
        let mut pools = account.roles.pools;
        while pools != 0 {
            let pool = pools.trailing_zeros() as usize;
            self.seats[pool].add(id);
            pools &= pools - 1;
        }
    }

    #[inline(always)]
    fn observe_api_user(&mut self, account: &Account<'_>, id: RecordId) {
        self.observe_integration(account, id, true);
        if !account.present.has(Field::CreatedBy) {
            return;
        }
        let creator = account.record.cell(Field::CreatedBy);
        self.has_creators |= creator.span().is_some();
        if let Some(creator) = creator.text() {
            match self.creators.get_mut(creator) {
                Some(created) => created.push(id),
                None => {
                    self.creators.insert(creator.to_owned(), vec![id]);
                }
            }
        }
    }

    #[inline(always)]
    fn observe_integration(&mut self, account: &Account<'_>, id: RecordId, is_active: bool) {
        if !account.present.has(Field::Integration) {
            return;
        }
        if let Some(integration) = account.record.cell(Field::Integration).text() {
            self.served.push(Serving { integration: integration.to_owned(), id, is_active });
        }
    }

    /// Why something of user names could not be judged, and for how many accounts: `left_out` were too many to
    /// look at.
    #[must_use]
    pub fn unseen_names(&self, left_out: u64) -> Option<(Reason, u64)> {
        match (left_out, self.nameless, self.is_partial) {
            (0, 0, false) => None,
            (0, 0, true) => Some((PARTIAL, 1)),
            (0, nameless, _) => Some((Reason::NotCarried(Field::UserName), nameless)),
            (left_out, ..) => Some((TOO_MANY, left_out)),
        }
    }

    /// Adds what another census has seen.
    pub fn merge(&mut self, other: Self) {
        self.roster.merge(other.roster);
        self.looks.merge(other.looks);
        for (mine, theirs) in self.seats.iter_mut().zip(other.seats) {
            mine.merge(theirs);
        }
        self.administrators.merge(other.administrators);
        self.planned.extend(other.planned);
        self.served.extend(other.served);
        for (creator, mut created) in other.creators {
            self.creators.entry(creator).or_default().append(&mut created);
        }
        self.active += other.active;
        self.uncertain_roles += other.uncertain_roles;
        self.without_roles += other.without_roles;
        self.unknown_activity += other.unknown_activity;
        self.nameless += other.nameless;
        self.has_creators |= other.has_creators;
        self.is_partial |= other.is_partial;
        if let (Some(mine), Some(theirs)) = (&mut self.active_periods, other.active_periods) {
            mine.merge(theirs);
        }
    }

    /// Puts what came in any order into the order of the inputs. To be called once, before concluding.
    pub fn settle(&mut self) {
        self.planned.sort_by_key(|planned| planned.id);
        self.served.sort();
        for created in self.creators.values_mut() {
            created.sort_unstable();
        }
        if let Some(active_periods) = &mut self.active_periods {
            active_periods.settle();
        }
    }
}
