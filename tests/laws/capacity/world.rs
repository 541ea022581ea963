//! Small worlds at random: accounts of exports and plans whose dates crowd around a leap day and the end of a month.
//! It knows the file formats and nothing of counting.

use std::fmt::Write as _;

use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;

/// The days of a world, in order: what `day` of an account counts.
pub const DAYS: [&str; 9] = [
    "2028-02-26",
    "2028-02-27",
    "2028-02-28",
    "2028-02-29",
    "2028-03-01",
    "2028-03-02",
    "2028-03-30",
    "2028-03-31",
    "2028-04-01",
];
/// The as-of date and the last day looked at, by their numbers.
pub const AS_OF: usize = 1;
pub const UNTIL: usize = 7;

/// Licences and the roles that take their seats.
pub const POOLS: [(&str, &[&str]); 3] = [
    ("Access", &["Supervisor"]),
    ("System Administrator", &["Administrator"]),
    ("Suite", &["Administrator", "Supervisor"]),
];
const ROLES: [&str; 4] = ["Administrator", "Supervisor", "Agent", "Auditor"];

/// An account.
#[derive(Clone, Debug)]
pub struct Account {
    pub name: String,
    pub roles: Vec<&'static str>,
    /// The mark, where there is one.
    pub mark: Option<bool>,
    pub from: Option<usize>,
    pub until: Option<usize>,
}

/// Seats owned from a day on.
pub type OwnedSeats = (usize, u64);

/// Accounts, what is owned, what is assumed.
#[derive(Clone, Debug)]
pub struct World {
    pub exports: Vec<Account>,
    pub plans: Vec<Account>,
    /// For each licence, in the order of the days; the first is before the as-of date.
    pub owned_seats: [Vec<OwnedSeats>; 3],
    /// A role, accounts more or fewer, the day.
    pub what_ifs: Vec<(&'static str, i64, usize)>,
}

fn account(names: usize) -> impl Strategy<Value = Account> {
    let roles = vec(select(&ROLES[..]), 1..3);
    let day = || of(0..DAYS.len());
    (0..names, roles, of(any::<bool>()), day(), day()).prop_map(|(name, roles, mark, from, until)| {
        // A blank mark without dates refuses the record.
        let mark = if mark.is_none() && from.is_none() && until.is_none() { Some(true) } else { mark };
        Account { name: format!("user{name}@acme.example"), roles, mark, from, until }
    })
}

fn owned_seats() -> impl Strategy<Value = Vec<OwnedSeats>> {
    (0..6_u64, vec((AS_OF..DAYS.len(), 0..6_u64), 0..3)).prop_map(|(first, mut later)| {
        later.sort();
        later.dedup_by_key(|(day, _)| *day);
        later.insert(0, (0, first));
        later
    })
}

/// Any world. Plans hold each user name once.
pub fn worlds() -> impl Strategy<Value = World> {
    let plans = vec(account(12), 0..5).prop_map(|mut plans| {
        plans.sort_by(|a, b| a.name.cmp(&b.name));
        plans.dedup_by(|a, b| a.name == b.name);
        plans
    });
    let what_ifs = vec((select(&["Administrator", "Supervisor"][..]), 1..4_i64, AS_OF + 1..=UNTIL), 0..3);
    let owned_seats = [owned_seats(), owned_seats(), owned_seats()];
    (vec(account(12), 1..14), plans, owned_seats, what_ifs).prop_map(|(exports, plans, owned_seats, what_ifs)| World {
        exports,
        plans,
        owned_seats,
        what_ifs,
    })
}

fn date(day: Option<usize>) -> &'static str {
    day.map_or("", |day| DAYS[day])
}

/// Accounts as a table.
pub fn table(accounts: &[Account]) -> String {
    let mut text = String::from("First Name,Last Name,User Name,Roles,Active,Activation Date,Deactivation Date\n");
    for one in accounts {
        let mark = one.mark.map_or("", |mark| if mark { "yes" } else { "no" });
        let (roles, from, until) = (one.roles.join(";"), date(one.from), date(one.until));
        writeln!(text, "Ann,Other,{},{roles},{mark},{from},{until}", one.name).unwrap();
    }
    text
}

/// Accounts as a plan.
pub fn plan(accounts: &[Account]) -> String {
    let mut text = String::from("rolecall: 1\n");
    text.push_str(if accounts.is_empty() { "" } else { "users:\n" });
    for one in accounts {
        write!(text, "  - {{ user_name: {}, roles: [{}]", one.name, one.roles.join(", ")).unwrap();
        if let Some(mark) = one.mark {
            write!(text, ", active: {mark}").unwrap();
        }
        for (key, day) in [("active_from", one.from), ("active_until", one.until)] {
            if let Some(day) = day {
                write!(text, ", {key}: {}", DAYS[day]).unwrap();
            }
        }
        text.push_str(" }\n");
    }
    text
}

/// The licences as a config.
pub fn config(world: &World) -> String {
    let mut text = String::new();
    for ((name, roles), owned_seats) in POOLS.iter().zip(&world.owned_seats) {
        let seats: Vec<_> =
            owned_seats.iter().map(|(day, count)| format!("{{ from = {}, count = {count} }}", DAYS[*day])).collect();
        writeln!(text, "[licenses.\"{name}\"]\nseats = [{}]\nroles = {roles:?}", seats.join(", ")).unwrap();
    }
    text
}
