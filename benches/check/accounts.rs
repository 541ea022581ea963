//! Accounts by the million, the same ones for the same seed.
//!
//! Thirteen columns as a users export has them; list cells quoted and split by `;`; some names with letters
//! beyond ASCII, quotes or commas; one record in a hundred violates something.

use std::fmt::Write as _;
use std::io::{self, Write};

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
    "\"API \"\"Nightly\"\"\"",
    "Automation",
    "Service",
    "API Özil",
    "API",
];
const LAST_NAMES: [&str; 8] = [
    "Payroll Sync",
    "Billing Feed",
    "\"Reports, Daily\"",
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
    "\"Operations;Billing\"",
    "\"Billing;Claims;Retention\"",
    "Claims",
    "\"Operations;Claims\"",
    "\"Back Office;Retention;Sales;Service Desk\"",
];
const VIEWS: [&str; 4] = [
    "EnterpriseView",
    "\"EnterpriseView;Billing View\"",
    "\"EnterpriseView;Claims View;Sales View\"",
    "\"Retention View;EnterpriseView\"",
];
const ROLES: [&str; 4] =
    ["Administrator", "\"Administrator;Supervisor\"", "\"Administrator;QM Supervisor\"", "\"Ops Admin;Administrator\""];
const TEAMS: [&str; 3] = ["Default Team", "Default Team", "Billing"];

/// A small generator of numbers (xorshift): the same sequence everywhere.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }

    fn one_of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        let limit = choices.len() as u64;
        choices[usize::try_from(self.below(limit)).expect("an index")]
    }
}

/// Writes the header row and `count` accounts.
pub fn write_csv(count: u64, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{HEADERS}")?;
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    let mut row = String::new();
    for number in 0..count {
        row.clear();
        write_row(number, &mut numbers, &mut row);
        out.write_all(row.as_bytes())?;
    }
    Ok(())
}

fn write_row(number: u64, numbers: &mut Numbers, row: &mut String) {
    let fault = if numbers.below(100) == 0 { numbers.below(6) } else { 99 };
    let user_name = match fault {
        0 => format!("api user {number}"),
        _ => format!("api.integration.{number:07}@tenant{:03}.acme.example", number % 400),
    };
    let first = if fault == 1 { "" } else { numbers.one_of(&FIRST_NAMES) };
    let roles = if fault == 2 { "\"Supervisor;QM Supervisor\"" } else { numbers.one_of(&ROLES) };
    let team = if fault == 3 { "" } else { numbers.one_of(&TEAMS) };
    let scope = if fault == 4 { "" } else { numbers.one_of(&SCOPES) };
    let main = if fault == 5 { "Enterprise View" } else { "EnterpriseView" };
    let (last, views, zone) = (numbers.one_of(&LAST_NAMES), numbers.one_of(&VIEWS), numbers.one_of(&ZONES));
    let (year, month, day) = (2015 + numbers.below(11), 1 + numbers.below(12), 1 + numbers.below(28));
    let date = if year == 2025 { "2025-01-15".to_owned() } else { format!("{year}-{month:02}-{day:02}") };
    writeln!(
        row,
        "{user_name},{first},{last},E{number:08},Active,{roles},{team},{scope},{views},{main},System Administrator,{zone},{date}"
    )
    .expect("a string can be written to");
}
