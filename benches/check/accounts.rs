//! Accounts by the million, the same ones for the same seed.
//!
//! Thirteen columns as a users export has them, and the same as persons of the REST API; list cells quoted and
//! split by `;`; some names with letters beyond ASCII, quotes or commas. A population of API users has one in a
//! hundred that violates something; one of people has an API user in a thousand, and namesakes, leavers and shared
//! user names as they are among people.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::workbook;

/// The headers of the export.
pub const HEADERS: &str = "User Name,First Name,Last Name,Employee ID,Active,Roles,Team,Associated Groups and Teams,WFM Views,Main View,License,Time Zone,Activation Date";

const FIRST_NAMES: [&str; 12] = [
    "API",
    "Integration",
    "Svc",
    "Zoë API",
    "Bot",
    "Sync",
    "Connector",
    "API \"Nightly\"",
    "Automation",
    "Service",
    "API Özil",
    "API",
];
const LAST_NAMES: [&str; 8] = [
    "Payroll Sync",
    "Billing Feed",
    "Reports, Daily",
    "Tickets",
    "Señal",
    "Roster Import",
    "Warehouse",
    "Quality Export",
];
const ZONES: [&str; 6] =
    ["America/Chicago", "Europe/Berlin", "Asia/Kolkata", "America/New_York", "Australia/Sydney", "Europe/London"];
const SCOPES: [&str; 6] = [
    "Operations",
    "Operations;Billing",
    "Billing;Claims;Retention",
    "Claims",
    "Operations;Claims",
    "Back Office;Retention;Sales;Service Desk",
];
const VIEWS: [&str; 4] = [
    "EnterpriseView",
    "EnterpriseView;Billing View",
    "EnterpriseView;Claims View;Sales View",
    "Retention View;EnterpriseView",
];
const ROLES: [&str; 4] =
    ["Administrator", "Administrator;Supervisor", "Administrator;QM Supervisor", "Ops Admin;Administrator"];
const TEAMS: [&str; 3] = ["Default Team", "Default Team", "Billing"];

/// Given names and surnames of people, half of them beyond ASCII.
const GIVEN_NAMES: [&str; 26] = [
    "Anna", "Bo", "Chloé", "Dmitri", "Élise", "Farid", "Gül", "Håkon", "Inés", "Jörg", "Kōji", "Łukasz", "Mária",
    "Nadia", "Øyvind", "Petra", "Quentin", "Rahel", "Søren", "Tomáš", "Uwe", "Věra", "Wanda", "Ximena", "Yusuf", "Zoë",
];
const SURNAMES: [&str; 26] = [
    "Andersson",
    "Böhm",
    "Çelik",
    "Dvořák",
    "Eriksen",
    "Fernández",
    "García",
    "Hernández",
    "Ivanov",
    "Jensen",
    "Kowalski",
    "Lefèvre",
    "Müller",
    "Nowak",
    "O'Brien",
    "Petrov",
    "Quispe",
    "Rossi",
    "Schäfer",
    "Tanaka",
    "Ünal",
    "Vogel",
    "Weiß",
    "Xu",
    "Yılmaz",
    "Zhang",
];
const ROLES_OF_PEOPLE: [&str; 8] = [
    "Agent",
    "Agent",
    "Agent",
    "Agent;Evaluator",
    "Agent;Knowledge Worker",
    "Supervisor",
    "Supervisor;Evaluator;QM Analyst",
    "WFM Planner",
];

/// Who is in an export.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Population {
    /// API users only.
    ApiUsers,
    /// People, and an API user in a thousand.
    People,
}

impl Population {
    /// The word for it in the name of a file.
    pub const fn word(self) -> &'static str {
        match self {
            Self::ApiUsers => "accounts",
            Self::People => "people",
        }
    }

    /// How many accounts there are for each API user.
    const fn per_api_user(self) -> u64 {
        match self {
            Self::ApiUsers => 1,
            Self::People => 1_000,
        }
    }

    /// The user names of the API users among `count` accounts.
    pub fn api_users(self, count: u64) -> impl Iterator<Item = String> {
        accounts(self, count).filter(|account| account.is_api_user).map(|account| account.user_name)
    }
}

/// A small generator of numbers (xorshift): the same sequence everywhere.
struct Numbers(u64);

impl Numbers {
    const fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }

    fn one_of(&mut self, choices: &[&'static str]) -> &'static str {
        let limit = choices.len() as u64;
        choices[usize::try_from(self.below(limit)).expect("an index")]
    }
}

/// One account; lists are separated by `;`.
struct Account {
    user_name: String,
    first: &'static str,
    last: &'static str,
    employee_id: String,
    roles: &'static str,
    team: &'static str,
    scope: &'static str,
    views: &'static str,
    main_view: &'static str,
    license: &'static str,
    zone: &'static str,
    activated: String,
    is_active: bool,
    is_api_user: bool,
}

impl Account {
    fn new(population: Population, number: u64, numbers: &mut Numbers) -> Self {
        let is_api_user = number.is_multiple_of(population.per_api_user());
        if is_api_user { Self::of_api_user(number, numbers) } else { Self::of_person(number, numbers) }
    }

    /// A person: one in fourteen has left, one in a thousand has the user name of someone else.
    fn of_person(number: u64, numbers: &mut Numbers) -> Self {
        let (first, last) = (numbers.one_of(&GIVEN_NAMES), numbers.one_of(&SURNAMES));
        let owner = if numbers.below(1_000) == 0 { number - 1 } else { number };
        let team = ["Sales", "Service Desk", "Claims", "Back Office", "Retention", "Billing"];
        let (year, month, day) = (2010 + numbers.below(16), 1 + numbers.below(12), 1 + numbers.below(28));
        Self {
            user_name: format!(
                "{}{owner:07}@people.acme.example",
                first.chars().filter(char::is_ascii_lowercase).collect::<String>()
            ),
            first,
            last,
            employee_id: format!("P{number:08}"),
            roles: if numbers.below(200) == 0 { "Administrator" } else { numbers.one_of(&ROLES_OF_PEOPLE) },
            team: numbers.one_of(&team),
            scope: numbers.one_of(&SCOPES),
            views: numbers.one_of(&VIEWS),
            main_view: "EnterpriseView",
            license: if numbers.below(3) == 0 { "QM;WFM" } else { "WFM" },
            zone: numbers.one_of(&ZONES),
            activated: format!("{year}-{month:02}-{day:02}"),
            is_active: numbers.below(14) != 0,
            is_api_user: false,
        }
    }

    fn of_api_user(number: u64, numbers: &mut Numbers) -> Self {
        let fault = if numbers.below(100) == 0 { numbers.below(6) } else { 99 };
        let user_name = match fault {
            0 => format!("api user {number}"),
            _ => format!("api.integration.{number:07}@tenant{:03}.acme.example", number % 400),
        };
        let first = if fault == 1 { "" } else { numbers.one_of(&FIRST_NAMES) };
        let roles = if fault == 2 { "Supervisor;QM Supervisor" } else { numbers.one_of(&ROLES) };
        let team = if fault == 3 { "" } else { numbers.one_of(&TEAMS) };
        let scope = if fault == 4 { "" } else { numbers.one_of(&SCOPES) };
        let main_view = if fault == 5 { "Enterprise View" } else { "EnterpriseView" };
        let (last, views, zone) = (numbers.one_of(&LAST_NAMES), numbers.one_of(&VIEWS), numbers.one_of(&ZONES));
        let (year, month, day) = (2015 + numbers.below(11), 1 + numbers.below(12), 1 + numbers.below(28));
        let activated = if year == 2025 { "2025-01-15".to_owned() } else { format!("{year}-{month:02}-{day:02}") };
        let employee_id = format!("E{number:08}");
        let license = "System Administrator";
        let (is_active, is_api_user) = (true, true);
        Self {
            user_name,
            first,
            last,
            employee_id,
            roles,
            team,
            scope,
            views,
            main_view,
            license,
            zone,
            activated,
            is_active,
            is_api_user,
        }
    }

    fn cells(&self) -> [&str; 13] {
        let activity = if self.is_active { "Active" } else { "Inactive" };
        [
            self.user_name.as_str(),
            self.first,
            self.last,
            &self.employee_id,
            activity,
            self.roles,
            self.team,
            self.scope,
            self.views,
            self.main_view,
            self.license,
            self.zone,
            &self.activated,
        ]
    }

    /// As the REST API has persons; its main view is a mark on one of the views.
    fn person(&self) -> Value {
        let items = |list: &'static str| list.split(';').filter(|item| !item.is_empty());
        let view = |name: &str| json!({ "name": name, "mainView": name == self.main_view });
        json!({
            "email": self.user_name,
            "firstName": self.first,
            "lastName": self.last,
            "employeeId": self.employee_id,
            "active": self.is_active,
            "roles": items(self.roles).map(|name| json!({ "name": name })).collect::<Vec<_>>(),
            "team": self.team,
            "scope": { "groups": items(self.scope).collect::<Vec<_>>() },
            "views": items(self.views).map(view).collect::<Vec<_>>(),
            "license": self.license,
            "timeZone": self.zone,
            "activated": self.activated,
        })
    }
}

/// A cell, quoted where it must be; lists are too.
fn quoted(cell: &str) -> String {
    if cell.contains([',', ';', '"']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}

fn accounts(population: Population, count: u64) -> impl Iterator<Item = Account> {
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    (0..count).map(move |number| Account::new(population, number, &mut numbers))
}

/// Writes the header row and `count` accounts.
pub fn write_csv(population: Population, count: u64, out: &mut dyn Write) -> io::Result<()> {
    write_rows(accounts(population, count), out)
}

/// Writes the header row and `count` accounts as a workbook.
pub fn write_xlsx(population: Population, count: u64, out: &mut dyn Write) -> io::Result<()> {
    let headers = HEADERS.split(',').map(str::to_owned).collect();
    let rows = accounts(population, count).map(|account| account.cells().map(str::to_owned).to_vec());
    workbook::write(std::iter::once(headers).chain(rows), out)
}

/// `count` accounts some time later: one in `every` is in another team.
fn later_accounts(population: Population, count: u64, every: u64) -> impl Iterator<Item = Account> {
    (0..).zip(accounts(population, count)).map(move |(number, account)| {
        let team = match account.team {
            "Claims" => "Sales",
            _ => "Claims",
        };
        let has_changed = number % every == every / 2;
        if has_changed { Account { team, ..account } } else { account }
    })
}

fn write_rows(accounts: impl IntoIterator<Item = Account>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{HEADERS}")?;
    accounts.into_iter().try_for_each(|account| writeln!(out, "{}", account.cells().map(quoted).join(",")))
}

/// Writes `count` accounts some time later, of which one in `every` is in another team.
pub fn write_later_csv(population: Population, count: u64, every: u64, out: &mut dyn Write) -> io::Result<()> {
    write_rows(later_accounts(population, count, every), out)
}

/// Writes the same accounts in the order of their last names.
pub fn write_sorted_csv(population: Population, count: u64, every: u64, out: &mut dyn Write) -> io::Result<()> {
    let mut accounts: Vec<Account> = later_accounts(population, count, every).collect();
    accounts.sort_by_key(|account| account.last);
    write_rows(accounts, out)
}

/// Writes the API users among `count` accounts as a plan.
pub fn write_plan(population: Population, count: u64, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "rolecall: 1\nusers:")?;
    for account in accounts(population, count).filter(|account| account.is_api_user) {
        let Account { user_name, first, last, team, .. } = &account;
        let roles = account.roles.replace(';', ", ");
        writeln!(out, "  - {{ kind: api-user, user_name: {user_name:?}, first_name: {first:?}, last_name: {last:?},")?;
        writeln!(out, "      roles: [{roles}], team: {team:?} }}")?;
    }
    Ok(())
}

/// Writes `count` accounts as one array.
pub fn write_json(population: Population, count: u64, out: &mut dyn Write) -> io::Result<()> {
    for (number, account) in accounts(population, count).enumerate() {
        write!(out, "{}{}", if number == 0 { "[" } else { ",\n" }, account.person())?;
    }
    writeln!(out, "]")
}

/// Writes `count` accounts, one a line.
pub fn write_jsonl(population: Population, count: u64, out: &mut dyn Write) -> io::Result<()> {
    accounts(population, count).try_for_each(|account| writeln!(out, "{}", account.person()))
}
