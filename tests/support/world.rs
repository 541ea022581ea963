//! A compliant world (accounts, plan, options) and the changes that plant one fault in it.
//! It knows no file format.

use std::collections::BTreeMap;

/// An account: field to items; no item is a blank, no entry an absent cell. A text is a list of one.
#[derive(Clone)]
pub struct Account {
    pub who: &'static str,
    pub api: bool,
    pub fields: BTreeMap<&'static str, Vec<&'static str>>,
}

/// One change to the compliant world.
#[derive(Clone, Copy)]
pub enum Change {
    /// Sets a field of an account; items are parted by `|`, and nothing at all is a blank.
    Set(&'static str, &'static str, &'static str),
    /// Takes a field away from one account.
    Lose(&'static str, &'static str),
    /// Takes a field away from every account.
    LoseAll(&'static str),
    /// Takes an account away.
    Drop(&'static str),
    /// System Administrator seats owned.
    Owned(u32),
    /// The share of the seats at which the warning comes.
    WarnAt(&'static str),
    /// Text of the config.
    Config(&'static str),
    /// Tables come with a plan that holds the catalogue and no users.
    Catalogue,
    /// The plan is for a first log-in (it comes beside tables, too).
    FirstLogin,
    /// The integrations that a plan with users declares.
    Integrations(&'static [&'static str]),
    /// WFM views do not exist on this tenant.
    NoWfm,
}

/// All that a run is given.
#[derive(Clone)]
pub struct World {
    pub accounts: Vec<Account>,
    pub owned: u32,
    pub warn_at: Option<&'static str>,
    pub config: &'static str,
    pub catalogue: bool,
    pub first_login: bool,
    pub wfm: bool,
    pub integrations: &'static [&'static str],
}

/// The fields of the base accounts, in the order of the rows below.
const FIELDS: [&str; 15] = [
    "first-name",
    "last-name",
    "user-name",
    "roles",
    "team",
    "scope",
    "main-view",
    "wfm-views",
    "active",
    "activated",
    "deactivated",
    "windows-login",
    "acd-id",
    "created-by",
    "integration",
];

const DANA: &str = "dana.ops@acme.example";
const FAY: &str = "fay.marsh@acme.example";

type Row = (&'static str, bool, [&'static str; 15]);

/// The account that faults are planted in: an API user.
#[rustfmt::skip]
const GUILTY: Row = ("guilty", true, ["API", "Payroll Sync", "api.payroll@acme.example", "Administrator", "Default Team",
    "group:Operations", "EnterpriseView", "Billing View", "yes", "2024-01-15", "", "", "", DANA, "payroll-sync"]);

/// The accounts around it. Letters beyond ASCII make columns differ from bytes.
#[rustfmt::skip]
const OTHERS: [Row; 4] = [
    ("dana", false, ["Dána", "Ops", DANA, "Administrator", "Default Team", "group:Operations|group:Sales",
        "EnterpriseView", "", "yes", "2019-03-04", "", "ACME\\dana", "", FAY, ""]),
    ("crm", true, ["API", "CRM Feed ✓", "api.crm@acme.example", "Administrator|Auditor", "Default Team", "team:Claims",
        "EnterpriseView", "", "yes", "", "", "", "", DANA, "crm-feed"]),
    ("eli", false, ["Eli", "Røwe", "eli.rowe@acme.example", "Advisor", "Billing", "team:Billing",
        "Billing View", "", "yes", "2022-06-30", "2031-01-01", "ACME\\eli", "7001", DANA, ""]),
    ("fay", false, ["Fay", "Marsh", FAY, "Administrator", "Claims", "group:Sales",
        "EnterpriseView", "Claims View", "yes", "2020-02-29", "", "ACME\\fay", "", DANA, ""]),
];

/// A team of the organisation: name, id, active.
pub type Team = (&'static str, u32, bool);
/// A group: name, id, teams.
pub type Group = (&'static str, u32, &'static [Team]);
pub const GROUPS: [Group; 2] = [
    ("Operations", 10, &[("Default Team", 101, true), ("Billing", 102, true), ("Old Team", 103, false)]),
    ("Sales", 20, &[("Claims", 201, true)]),
];
pub const TENANT: &str = "Acme";
pub const LICENSE: &str = "System Administrator";

/// The position of the guilty account among the five.
pub const POSITIONS: [usize; 3] = [0, 2, 4];

impl World {
    /// The compliant world, with the guilty account (so far innocent) at this place.
    pub fn new(position: usize) -> Self {
        let mut rows: Vec<Row> = OTHERS.to_vec();
        rows.insert(position, GUILTY);
        let accounts = rows.into_iter().map(account).collect();
        Self {
            accounts,
            owned: 50,
            warn_at: None,
            config: "",
            catalogue: false,
            first_login: false,
            wfm: true,
            integrations: &["payroll-sync", "crm-feed"],
        }
    }

    /// The world after these changes.
    pub fn changed(mut self, changes: &[Change]) -> Self {
        changes.iter().for_each(|change| self.change(*change));
        self
    }

    fn change(&mut self, change: Change) {
        match change {
            Change::Set(who, field, value) => {
                let place = self.place(who);
                self.accounts[place].fields.insert(field, items(value));
            }
            Change::Lose(who, field) => {
                let place = self.place(who);
                self.accounts[place].fields.remove(field).expect("the field was there");
            }
            Change::LoseAll(field) => self.accounts.iter_mut().for_each(|one| drop(one.fields.remove(field))),
            Change::Drop(who) => drop(self.accounts.remove(self.place(who))),
            Change::Owned(seats) => self.owned = seats,
            Change::WarnAt(share) => self.warn_at = Some(share),
            Change::Config(text) => self.config = text,
            Change::Catalogue => self.catalogue = true,
            Change::FirstLogin => (self.catalogue, self.first_login) = (true, true),
            Change::Integrations(names) => self.integrations = names,
            Change::NoWfm => self.wfm = false,
        }
    }

    /// The position of an account, from 0.
    pub fn place(&self, who: &str) -> usize {
        self.accounts.iter().position(|one| one.who == who).expect("the account is in the world")
    }

    /// The position of the n-th holder of a seat, n from 1.
    pub fn holder(&self, n: usize) -> usize {
        let holds = |one: &Account| one.fields["roles"].contains(&"Administrator");
        let mut holders = self.accounts.iter().enumerate().filter(|(_, one)| holds(one));
        holders.nth(n - 1).expect("so many hold a seat").0
    }

    /// Whether any account has the field at all.
    pub fn has(&self, field: &str) -> bool {
        self.accounts.iter().any(|one| one.fields.contains_key(field))
    }
}

impl Account {
    /// The items of a field; blank and absent give none.
    pub fn list(&self, field: &str) -> &[&'static str] {
        self.fields.get(field).map_or(&[], Vec::as_slice)
    }

    /// A field that holds one value; blank and absent give an empty text.
    pub fn text(&self, field: &str) -> &'static str {
        self.list(field).first().copied().unwrap_or("")
    }
}

/// The bare name of an item: `group:Operations` is Operations, `Boss#admin` is Boss.
pub fn bare(item: &str) -> &str {
    let item = ["tenant:", "group:", "team:"].iter().find_map(|kind| item.strip_prefix(kind)).unwrap_or(item);
    item.split_once('#').map_or(item, |(name, _)| name)
}

fn account((who, api, values): Row) -> Account {
    let fields = FIELDS.iter().zip(values).map(|(field, value)| (*field, items(value))).collect();
    Account { who, api, fields }
}

fn items(value: &'static str) -> Vec<&'static str> {
    if value.is_empty() { Vec::new() } else { value.split('|').collect() }
}
