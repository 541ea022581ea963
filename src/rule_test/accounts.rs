//! The accounts of an example: its overrides laid over the compliant baseline, and the background
//! administrators behind them. It knows no file format.

use std::collections::BTreeMap;

use rolecall::rule::examples::Example;

/// The fields that examples may set, in the order of columns, each with the header of an export.
pub const COLUMNS: [(&str, &str); 18] = [
    ("user-name", "User Name"),
    ("first-name", "First Name"),
    ("last-name", "Last Name"),
    ("roles", "Roles"),
    ("team", "Team"),
    ("scope", "Associated Groups and Teams"),
    ("wfm-views", "WFM Views"),
    ("main-view", "Main View"),
    ("active", "Active"),
    ("activated", "Activated"),
    ("deactivated", "Deactivated"),
    ("windows-login", "Windows Login"),
    ("acd-id", "ACD ID"),
    ("password", "Password"),
    ("created-by", "Created By"),
    ("employee-id", "Employee ID"),
    ("time-zone", "Time Zone"),
    ("locale", "Locale"),
];

/// The columns of the baseline.
const BASELINE: [&str; 8] = ["user-name", "first-name", "last-name", "roles", "team", "scope", "main-view", "active"];

/// The cells of the baseline but for the last: every account is active.
type Row = [&'static str; 7];

#[rustfmt::skip]
const API_USERS: [Row; 4] = [
    ["api.payroll@acme.example", "API", "Payroll Sync", "Administrator", "Default Team", "Operations", "EnterpriseView"],
    ["api.billing@acme.example", "API", "Billing Sync", "Administrator", "Default Team", "Operations", "EnterpriseView"],
    ["api.reports@acme.example", "API", "Reports Sync", "Administrator", "Default Team", "Operations", "EnterpriseView"],
    ["api.tickets@acme.example", "API", "Tickets Sync", "Administrator", "Default Team", "Operations", "EnterpriseView"],
];

const PEOPLE: [Row; 3] = [
    ["dana.ops@acme.example", "Dana", "Ops", "Agent", "Billing", "", ""],
    ["lee.agent@acme.example", "Lee", "Agent", "Agent", "Billing", "", ""],
    ["kim.lead@acme.example", "Kim", "Lead", "Agent", "Billing", "", ""],
];

const BACKGROUND: [Row; 2] = [
    ["chief.one@acme.example", "Chief", "One", "Administrator", "Default Team", "Operations", "EnterpriseView"],
    ["chief.two@acme.example", "Chief", "Two", "Administrator", "Default Team", "Operations", "EnterpriseView"],
];

/// One account: a cell for every column of the table.
#[derive(Clone, Debug)]
pub struct Account {
    pub is_person: bool,
    pub cells: BTreeMap<&'static str, String>,
}

/// The accounts of an example.
#[derive(Clone, Debug)]
pub struct Table {
    /// The columns there are, in order.
    pub columns: Vec<&'static str>,
    pub accounts: Vec<Account>,
}

impl Table {
    /// The accounts that an example puts into the input; of one whose accounts are in its plan, the background.
    pub fn of(example: &Example) -> Self {
        let one = vec![BTreeMap::new()];
        let entries = example.accounts.as_ref().unwrap_or(&one);
        let is_named = |field: &str| BASELINE.contains(&field) || entries.iter().any(|entry| entry.contains_key(field));
        let is_there = |field: &str| is_named(field) && !example.absent.iter().any(|absent| absent == field);
        let columns: Vec<_> = COLUMNS.iter().map(|(field, _)| *field).filter(|field| is_there(field)).collect();
        let mut made = RunRecord::default();
        let mut accounts: Vec<_> = entries.iter().map(|entry| made.account(entry, &columns)).collect();
        if !example.alone {
            accounts.extend(BACKGROUND.iter().map(|row| account(true, row, &BTreeMap::new(), &columns)));
        }
        Self { columns, accounts }
    }

    pub fn has(&self, column: &str) -> bool {
        self.columns.contains(&column)
    }
}

/// How many accounts of each kind were made.
#[derive(Default)]
struct RunRecord {
    api_users: usize,
    people: usize,
}

impl RunRecord {
    fn account(&mut self, entry: &BTreeMap<String, String>, columns: &[&'static str]) -> Account {
        for field in entry.keys() {
            let is_known = field == "kind" || COLUMNS.iter().any(|(known, _)| known == field);
            assert!(is_known, "an example sets {field:?}, which no form can write");
        }
        let is_person = entry.get("kind").is_some_and(|kind| kind == "person");
        let (rows, made): (&[Row], _) =
            if is_person { (&PEOPLE, &mut self.people) } else { (&API_USERS, &mut self.api_users) };
        let row = rows.get(*made).expect("the baseline has accounts enough");
        *made += 1;
        account(is_person, row, entry, columns)
    }
}

fn account(is_person: bool, row: &Row, entry: &BTreeMap<String, String>, columns: &[&'static str]) -> Account {
    let baseline =
        |field: &str| BASELINE.iter().position(|known| *known == field).map_or("", |at| row.get(at).unwrap_or(&"yes"));
    let cell =
        |field: &&'static str| (*field, entry.get(*field).map_or_else(|| baseline(field).to_owned(), Clone::clone));
    Account { is_person, cells: columns.iter().map(cell).collect() }
}

/// The header of a column.
pub fn header(field: &str) -> &'static str {
    COLUMNS.iter().find(|(known, _)| *known == field).expect("the column is known").1
}

/// Whether a cell holds a list.
pub fn is_list(field: &str) -> bool {
    ["roles", "scope", "wfm-views"].contains(&field)
}

/// The items of a list cell.
pub fn items(cell: &str) -> Vec<&str> {
    cell.split(';').map(str::trim).filter(|item| !item.is_empty()).collect()
}
