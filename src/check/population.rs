//! What is remembered of all accounts, for the checks that conclude from the whole.
//!
//! A population observes accounts one by one and holds a few bytes of each: never a cell's text, but for accounts
//! of plans and names that few share. Two of them merge into what one would have seen, in any order: that is
//! what lets threads share a run. Exactness comes at the end, from the cells: a hash only proposes.

pub mod account;
pub mod active_periods;
pub mod bounded_sample;
pub mod seats;
pub mod user_names;

use std::collections::BTreeMap;

use super::{PARTIAL, Reason, RecordId};
use crate::record::Field;
use crate::record::confusables::visual_skeleton;
use crate::record::meaning::uncertainty_of_text;
use crate::record::name::{NameSet, UserName};
use crate::record::site::Site;
use active_periods::{ActivePeriods, MAX_LISTED};
use seats::SeatHolders;
use user_names::{TOO_MANY, UserNameIndex};

pub use account::{Account, SeatHolder};

/// Few accounts are longer than this in any format.
const BYTES_PER_ACCOUNT: u64 = 200;

/// No room is made for fewer accounts than this, nor for more than that.
const MIN_EXPECTED: u64 = 20_000;
const MAX_EXPECTED: u64 = 20_000_000;

/// How many accounts each of `readers` meets in so many bytes; `None` if no room need be made for so few.
#[must_use]
pub fn expected_accounts(bytes: u64, readers: usize) -> Option<u64> {
    let accounts = bytes / BYTES_PER_ACCOUNT / readers as u64;
    (accounts > MIN_EXPECTED).then_some(accounts.min(MAX_EXPECTED))
}

/// What rules need to be remembered beside what is remembered in any case.
#[derive(Clone, Debug, Default)]
pub struct PopulationNeeds {
    /// Fields of which no two active accounts may share a text, beside the user name.
    pub identities: Vec<Field>,
    /// How many accounts may be privileged, if somebody counts them.
    pub privileged: Option<u64>,
}

/// Accounts by the text of a field that should be theirs alone.
#[derive(Clone, Debug)]
pub struct IdentityIndex {
    /// The field.
    pub field: Field,
    /// Every account with a text.
    pub index: UserNameIndex,
    /// Active accounts of inputs without the field.
    pub absent: u64,
    /// Active accounts whose text cannot be read with certainty.
    pub unclear: u64,
}

impl IdentityIndex {
    fn new(field: Field) -> Self {
        Self { field, index: UserNameIndex::default(), absent: 0, unclear: 0 }
    }

    #[inline(never)]
    fn observe(&mut self, account: &Account<'_>) {
        let is_present = account.is_present();
        if !account.present.has(self.field) {
            self.absent += u64::from(is_present);
            return;
        }
        if let Some(text) = account.record.cell(self.field).text() {
            match uncertainty_of_text(text) {
                Some(_) => self.unclear += u64::from(is_present),
                None => self.index.add(&UserName::new(text), account.id, is_present, account.is_plan()),
            }
        }
    }

    fn merge(&mut self, other: Self) {
        self.index.merge(other.index);
        self.absent += other.absent;
        self.unclear += other.unclear;
    }
}

/// What all accounts were seen to be.
#[derive(Clone, Debug)]
pub struct Population {
    /// Every account with a user name.
    pub user_names: UserNameIndex,
    /// Accounts whose user name goes beyond ASCII, by what it looks like.
    pub skeletons: UserNameIndex,
    /// Who takes seats, and who holds the default administrator role.
    pub seats: SeatHolders,
    /// Accounts by what else should be theirs alone, if rules ask for it.
    pub identities: Vec<IdentityIndex>,
    /// Integrations that API users name.
    pub served: Vec<IntegrationAccount>,
    /// API users by the user name of their creator, as written first.
    pub creators: BTreeMap<String, Vec<RecordId>>,
    /// Active accounts of inputs without user names.
    pub nameless: u64,
    /// Active accounts whose user name cannot be read with certainty.
    pub unclear_names: u64,
    /// Some input carries creators.
    pub has_creators: bool,
    /// Not every account of the run could be read: what is not here may still be there.
    pub is_partial: bool,
    /// Seats over time, where somebody asks for them.
    pub active_periods: Option<ActivePeriods>,
    planned_names: NameSet,
}

/// An API user that names an integration.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct IntegrationAccount {
    /// The integration.
    pub integration: String,
    /// The account.
    pub id: RecordId,
    /// Active now, or planned to be.
    pub is_active: bool,
}

impl Population {
    /// Nothing observed yet. `planned_names` are the user names that plans of the run hold: an account of that name is
    /// counted once. A timeline also needs to know when accounts are active, and who they are.
    #[must_use]
    pub fn new(site: &Site, planned_names: NameSet, has_timeline: bool, needs: &PopulationNeeds) -> Self {
        let active_periods = has_timeline.then(|| ActivePeriods::new(site));
        let holders = if has_timeline { MAX_LISTED } else { 0 };
        let seats = SeatHolders::new(site, holders, needs.privileged);
        let identities = needs.identities.iter().map(|field| IdentityIndex::new(*field)).collect();
        Self { identities, ..Self::empty(seats, active_periods, planned_names) }
    }

    /// The same tenant, with nothing observed.
    #[must_use]
    pub fn fork(&self) -> Self {
        let active_periods = self.active_periods.as_ref().map(ActivePeriods::emptied);
        let identities = self.identities.iter().map(|one| IdentityIndex::new(one.field)).collect();
        Self { identities, ..Self::empty(self.seats.emptied(), active_periods, self.planned_names.clone()) }
    }

    fn empty(seats: SeatHolders, active_periods: Option<ActivePeriods>, planned_names: NameSet) -> Self {
        Self {
            user_names: UserNameIndex::default(),
            skeletons: UserNameIndex::default(),
            seats,
            identities: Vec::new(),
            served: Vec::new(),
            creators: BTreeMap::new(),
            nameless: 0,
            unclear_names: 0,
            has_creators: false,
            is_partial: false,
            active_periods,
            planned_names,
        }
    }

    /// About so many accounts are to come.
    pub fn expect(&mut self, accounts: u64) {
        self.user_names.expect(accounts);
    }

    /// Remembers what must be remembered of an account.
    #[inline(always)]
    pub fn observe(&mut self, account: &Account<'_>) {
        let (id, is_plan, is_present) = (account.id, account.is_plan(), account.is_present());
        if account.has_unclear_name {
            self.unclear_names += u64::from(is_present);
        } else if let Some(name) = &account.name {
            self.user_names.add(name, id, is_present, is_plan);
            if !name.is_ascii() {
                self.skeletons.add(&UserName::new(&visual_skeleton(name.text())), id, is_present, is_plan);
            }
        }
        self.nameless += u64::from(account.is_nameless && is_present);
        self.identities.iter_mut().for_each(|one| one.observe(account));
        let is_in_plan = || account.name.is_some_and(|name| self.planned_names.contains(&name));
        self.seats.observe(account, is_in_plan);
        if let Some(active_periods) = &mut self.active_periods {
            active_periods.observe(account, is_in_plan());
        }
        if account.is_api_user && is_present {
            self.observe_api_user(account, id);
        }
        if account.is_api_user && !is_present {
            self.observe_integration(account, id, false);
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
            self.served.push(IntegrationAccount { integration: integration.to_owned(), id, is_active });
        }
    }

    /// Why something of user names could not be judged, and for how many accounts: `left_out` were too many to
    /// look at.
    #[must_use]
    pub fn unseen_names(&self, left_out: u64) -> Option<(Reason, u64)> {
        match (left_out, self.nameless, self.is_partial) {
            (0, 0, _) if self.unclear_names > 0 => Some((Reason::Unclear(Field::UserName), self.unclear_names)),
            (0, 0, false) => None,
            (0, 0, true) => Some((PARTIAL, 1)),
            (0, nameless, _) => Some((Reason::NotCarried(Field::UserName), nameless)),
            (left_out, ..) => Some((TOO_MANY, left_out)),
        }
    }

    /// Adds what another has seen.
    pub fn merge(&mut self, other: Self) {
        self.user_names.merge(other.user_names);
        self.skeletons.merge(other.skeletons);
        self.seats.merge(other.seats);
        self.identities.iter_mut().zip(other.identities).for_each(|(mine, theirs)| mine.merge(theirs));
        self.served.extend(other.served);
        for (creator, mut created) in other.creators {
            self.creators.entry(creator).or_default().append(&mut created);
        }
        self.nameless += other.nameless;
        self.unclear_names += other.unclear_names;
        self.has_creators |= other.has_creators;
        self.is_partial |= other.is_partial;
        if let (Some(mine), Some(theirs)) = (&mut self.active_periods, other.active_periods) {
            mine.merge(theirs);
        }
    }

    /// Puts what came in any order into the order of the inputs. To be called once, before concluding.
    pub fn put_in_order(&mut self) {
        self.seats.put_in_order();
        self.served.sort_unstable();
        for created in self.creators.values_mut() {
            created.sort_unstable();
        }
        if let Some(active_periods) = &mut self.active_periods {
            active_periods.put_in_order();
        }
    }
}
