//! The accounts of an example: its overrides laid over the compliant baseline, and the background
//! administrators behind them. It knows no file format.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::record::Field;
use crate::rule::examples::Example;

/// The fields that examples may set, in the order of columns, each with the header of an export.
const COLUMNS: [(&str, &str); 29] = [
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
    ("licenses", "Licenses"),
    ("tenant", "Tenant"),
    ("qm-views", "QM Views"),
    ("display-id", "Display ID"),
    ("owner", "Owner"),
    ("last-reviewed", "Last Reviewed"),
    ("reviewed-by", "Reviewed By"),
    ("last-login", "Last Login"),
    ("password-changed", "Password Changed"),
    ("id", "id"),
    ("integration", "integration"),
];

/// Fields that no header of a table means.
const KEYS_ONLY: [&str; 2] = ["id", "integration"];

/// The columns of the baseline.
const BASELINE: [&str; 8] = ["user-name", "first-name", "last-name", "roles", "team", "scope", "main-view", "active"];

/// The cells of the baseline but for the last: every account is active.
type BaselineRow = [Cow<'static, str>; 7];

const API_USERS: [(&str, &str); 4] =
    [("payroll", "Payroll"), ("billing", "Billing"), ("reports", "Reports"), ("tickets", "Tickets")];

const PEOPLE: [(&str, &str, &str); 3] =
    [("dana.ops", "Dana", "Ops"), ("lee.agent", "Lee", "Agent"), ("kim.lead", "Kim", "Lead")];

const BACKGROUND: [(&str, &str, &str); 2] = [("chief.one", "Chief", "One"), ("chief.two", "Chief", "Two")];

/// True for the user name of an administrator that every example has.
pub(super) fn is_background(user_name: &str) -> bool {
    BACKGROUND.iter().any(|(name, ..)| user_name.strip_suffix("@acme.example") == Some(*name))
}

/// The API user of this number; those beyond the list have names made from it.
fn api_user(number: usize) -> BaselineRow {
    let (name, system) = match API_USERS.get(number) {
        Some((name, system)) => ((*name).to_owned(), (*system).to_owned()),
        None => (format!("system{}", number + 1), format!("System {}", number + 1)),
    };
    administrator(format!("api.{name}@acme.example"), "API".into(), format!("{system} Sync").into())
}

fn person(number: usize) -> BaselineRow {
    let (name, first, last) = match PEOPLE.get(number) {
        Some((name, first, last)) => ((*name).to_owned(), (*first).into(), (*last).into()),
        None => (format!("person{}", number + 1), "Robin".into(), format!("Person {}", number + 1).into()),
    };
    [format!("{name}@acme.example").into(), first, last, "Agent".into(), "Billing".into(), "".into(), "".into()]
}

fn administrator(name: String, first: Cow<'static, str>, last: Cow<'static, str>) -> BaselineRow {
    let [role, team, scope, view] = ["Administrator", "Default Team", "Operations", "EnterpriseView"].map(Cow::from);
    [name.into(), first, last, role, team, scope, view]
}

/// One account: a cell for every column of the table.
#[derive(Clone, Debug)]
pub(super) struct ExampleAccount {
    pub(super) is_person: bool,
    pub(super) cells: BTreeMap<&'static str, String>,
}

/// The accounts of an example.
#[derive(Clone, Debug)]
pub(super) struct ExampleTable {
    /// The columns there are, in order.
    pub(super) columns: Vec<&'static str>,
    pub(super) accounts: Vec<ExampleAccount>,
}

impl ExampleTable {
    /// The accounts that an example puts into the input; of one whose accounts are in its plan, the background.
    pub(super) fn of_example(example: &Example) -> Self {
        let one = vec![BTreeMap::new()];
        let entries = example.accounts.as_ref().unwrap_or(&one);
        let is_named = |field: &str| BASELINE.contains(&field) || entries.iter().any(|entry| entry.contains_key(field));
        let is_there = |field: &str| is_named(field) && !example.absent.iter().any(|absent| absent == field);
        let columns: Vec<_> = COLUMNS.iter().map(|(field, _)| *field).filter(|field| is_there(field)).collect();
        let (mut api_users, mut people) = (0, 0);
        let mut accounts = Vec::new();
        for entry in entries {
            let is_person = entry.get("kind").is_some_and(|kind| kind == "person");
            let count = if is_person { &mut people } else { &mut api_users };
            let row = if is_person { person(*count) } else { api_user(*count) };
            *count += 1;
            accounts.push(account(is_person, &row, entry, &columns));
        }
        if !example.alone {
            let row = |(name, first, last): (&str, &'static str, &'static str)| {
                administrator(format!("{name}@acme.example"), first.into(), last.into())
            };
            accounts.extend(BACKGROUND.map(|one| account(true, &row(one), &BTreeMap::new(), &columns)));
        }
        Self { columns, accounts }
    }

    pub(super) fn has(&self, column: &str) -> bool {
        self.columns.contains(&column)
    }

    /// Whether the headers of a table can name every column.
    pub(super) fn fits_tables(&self) -> bool {
        !KEYS_ONLY.iter().any(|field| self.has(field))
    }
}

fn account(
    is_person: bool,
    row: &BaselineRow,
    entry: &BTreeMap<String, String>,
    columns: &[&'static str],
) -> ExampleAccount {
    let baseline = |field: &str| {
        BASELINE.iter().position(|known| *known == field).map_or("", |at| row.get(at).map_or("yes", |cell| &**cell))
    };
    let cell =
        |field: &&'static str| (*field, entry.get(*field).map_or_else(|| baseline(field).to_owned(), Clone::clone));
    ExampleAccount { is_person, cells: columns.iter().map(cell).collect() }
}

/// The header of a column.
pub(super) fn header(field: &str) -> &'static str {
    COLUMNS.iter().find(|(known, _)| *known == field).map_or("", |(_, header)| header)
}

/// Whether a cell holds a list.
pub(super) fn is_list(field: &str) -> bool {
    Field::by_name(field).is_some_and(Field::is_list)
}

/// The items of a list cell.
pub(super) fn items(cell: &str) -> Vec<&str> {
    cell.split(';').map(str::trim).filter(|item| !item.is_empty()).collect()
}
