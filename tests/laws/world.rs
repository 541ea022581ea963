//! Small worlds of accounts, made at random: cells that mean something, blank ones and junk.
//! It knows no file format.

use std::fmt;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use rolecall::read::columns::{by_header, fold};
use rolecall::read::row_kind::{ColumnProfile, HeaderWords, RowKind, classify, reads_like_headers};

/// A column: its header and values that mean something in it.
type Column = (&'static str, &'static [&'static str]);

/// The column of passwords: no label tells how long one is.
pub const PASSWORD: &str = "Password";
pub const USER_NAME: &str = "User Name";

const NAMES: [&str; 6] = [
    "api.payroll@acme.example",
    "API.Payroll@acme.example",
    "dana@acme.example",
    "svc",
    "dana@intranet",
    "bot@käse.example",
];
const DATES: [&str; 4] = ["2024-01-15", "2026-11-21", "2027/05/01", ""];

#[rustfmt::skip]
const COLUMNS: [Column; 17] = [
    (USER_NAME, &NAMES),
    ("First Name", &["API", "Dana", "Test", "Zoë"]),
    ("Last Name", &["Payroll Sync", "Quill", "User"]),
    ("Roles", &["Administrator", "Agent", "Administrator; Agent", "Agent|Ops Admin", "Administrator, Agent", "Auditor\nAgent"]),
    ("Team", &["Default Team", "Billing", "Nowhere"]),
    ("Scope", &["Operations", "Acme", "Billing; Ghosts", "Operations, Billing", "Old Team"]),
    ("WFM Views", &["EnterpriseView", "EnterpriseView (main); Billing View", "Billing View*|EnterpriseView", "A;B"]),
    ("Main View", &["EnterpriseView", "Billing View", "enterpriseview"]),
    ("Active", &["yes", "Y", "1", "no", "Inactive"]),
    ("Activated", &DATES),
    ("Deactivated", &DATES),
    ("Windows Login", &["", "ACME\\dana"]),
    ("ACD ID", &["", "7001"]),
    (PASSWORD, &["Not-A-Real-Secret", "${env:API}", "a\"b", "a"]),
    ("Created By", &NAMES),
    ("Licenses", &["", "System Administrator"]),
    ("Shoe Size", &["44", "a"]),
];

/// Pieces of cells that mean nothing and are hard to write.
const JUNK: [&str; 17] =
    ["a", "B", "\"", "'", ",", ";", "|", "\t", "\n", "\r\n", "\r", " ", "é", "😀", "(main)", "*", "\\"];

/// Accounts as a table of text.
#[derive(Clone)]
pub struct World {
    pub headers: Vec<&'static str>,
    pub rows: Vec<Vec<String>>,
    /// Whether every account counts as an API user.
    pub all_api_users: bool,
}

/// One account a line, for reports of failures.
impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "all are API users: {}\n  {:?}", self.all_api_users, self.headers)?;
        self.rows.iter().try_for_each(|row| write!(f, "\n  {row:?}"))
    }
}

impl World {
    pub fn column(&self, header: &str) -> Option<usize> {
        self.headers.iter().position(|known| *known == header)
    }

    /// The same columns with other rows.
    pub fn with(&self, rows: Vec<Vec<String>>) -> Self {
        Self { rows, ..self.clone() }
    }

    /// What names an account in reports.
    pub fn key(&self, row: usize) -> String {
        let name = self.column(USER_NAME).map_or("", |column| self.rows[row][column].trim_ascii());
        if name.is_empty() { format!("#{}", row + 1) } else { name.to_owned() }
    }
}

/// Any world of so many accounts at least. It has so many columns that no cell of junk holds as many delimiters.
pub fn worlds(least: usize) -> impl Strategy<Value = World> {
    let columns = subsequence((0..COLUMNS.len()).collect::<Vec<_>>(), 7..=COLUMNS.len()).prop_shuffle();
    let rows = vec(COLUMNS.map(cell), least..6);
    let worlds = (columns, rows, any::<bool>()).prop_map(|(columns, rows, all_api_users)| {
        let chosen = |row: [String; COLUMNS.len()]| columns.iter().map(|column| row[*column].clone()).collect();
        let headers = columns.iter().map(|column| COLUMNS[*column].0).collect();
        World { headers, rows: rows.into_iter().map(chosen).collect(), all_api_users }
    });
    let is_account = |world: &World| {
        let fields: Vec<_> = world.headers.iter().map(|header| by_header(&fold(header))).collect();
        let headers = HeaderWords::new(world.headers.iter().copied());
        let profile = ColumnProfile::new(world.rows.clone(), &fields);
        let is_account = |row: &Vec<String>| {
            let cells: Vec<&str> = row.iter().map(String::as_str).collect();
            classify(&cells, &fields, &headers) == RowKind::Record
                && !profile.is_foreign_header(&cells, &fields, false)
                && (!reads_like_headers(&cells) || profile.shares_value(&cells))
        };
        world.rows.iter().all(is_account)
    };
    worlds.prop_filter("rows that may be accounts", is_account)
}

fn cell((header, values): Column) -> impl Strategy<Value = String> {
    // Junk that decides whether an account is active refuses the record: a little of it is enough.
    let is_of_activity = matches!(header, "Active" | "Activated" | "Deactivated");
    let sense = if is_of_activity { 30 } else { 6 };
    prop_oneof![
        sense => select(values).prop_map(str::to_owned),
        1 => select(values).prop_map(|value| format!(" {value}  ")),
        1 => select(["", "  "].as_slice()).prop_map(str::to_owned),
        2 => vec(select(JUNK.as_slice()), 1..5).prop_map(|pieces| pieces.concat()),
    ]
}

/// A world in which nothing is wrong.
pub fn compliant() -> World {
    let row = |cells: [&str; 8]| cells.iter().map(|cell| (*cell).to_owned()).collect();
    World {
        headers: vec![USER_NAME, "First Name", "Last Name", "Roles", "Team", "Scope", "Main View", "Active"],
        rows: vec![
            row([
                "api.payroll@acme.example",
                "API",
                "Payroll, \"Sync\"",
                "Administrator",
                "Default Team",
                "Operations",
                "EnterpriseView",
                "yes",
            ]),
            row([
                "dana@acme.example",
                "Dána",
                "Ops",
                "Administrator; Agent",
                "Billing",
                "Operations",
                "Billing View",
                "yes",
            ]),
            row([
                "api.crm@acme.example",
                "API",
                "CRM\nFeed",
                "Administrator",
                "Default Team",
                "Billing",
                "EnterpriseView",
                "yes",
            ]),
        ],
        all_api_users: false,
    }
}
