//! Groups of accounts that waivers name: whoever judged with them knows their members without reading the inputs again, and
//! knows the same as whoever reads them again.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::sample::select;
use rolecall::config::{Config, RunOptions};
use rolecall::diagnostic::Severity;
use rolecall::diagnostic::visible::toml_string;
use rolecall::engine::{NamedInput, RunRequest, check_and_keep, check_with_groups};
use rolecall::policy::{JudgedBy, Policy, PolicyFile, PolicyFiles};
use rolecall::read::Format;
use rolecall::source::file::Source;

use crate::cases;
use crate::run::{as_of, with_rules, written};
use crate::support::workspace::AS_OF;
use crate::support::world::LICENSE;
use crate::table::{PLAIN, write};
use crate::world::worlds;

/// The report of a run over a table with waivers of these groups; `noted` if the run knows them from the beginning.
fn applied(table: &str, groups: &[(&str, u64)], noted: bool, jobs: usize) -> String {
    let waiver = |(number, (regex, max)): (usize, &(&str, u64))| {
        format!(
            "[[waivers]]\nid = \"W-{number}\"\nrule = \"main-view-not-enterprise\"\naccounts = {{ regex = {}, max = {max} }}\nvalue = \"V{number}\"\nreason = \"r\"\napproved-by = \"Nobody\"\napproved-on = 2026-01-01\nuntil = 2026-12-31\n",
            toml_string(regex)
        )
    };
    let text: String = groups.iter().enumerate().map(waiver).collect();
    let options = RunOptions { all_api_users: true, seats: vec![(LICENSE.to_owned(), 900_000)], jobs, ..as_of(AS_OF) };
    let named = NamedInput {
        name: "a.csv".to_owned(),
        format: Format::by_name("a.csv"),
        opened: Ok(Source::from_bytes(table.as_bytes().to_vec())),
    };
    with_rules(|rules| {
        let config = Config::default();
        let files = vec![PolicyFile { path: "w.toml".to_owned(), bytes: text.into_bytes() }];
        let files = PolicyFiles { files, ..PolicyFiles::default() };
        let policy = Policy::read(files, rules.rules, &BTreeMap::new(), config.longest_waiver()).unwrap();
        let (mut run, accounts) = if noted {
            let request = RunRequest { config: &config, rules, options: &options };
            check_with_groups(vec![named], &request, policy.groups()).unwrap()
        } else {
            check_and_keep(vec![named], &config, rules, &options).unwrap()
        };
        policy.apply(&mut run, rules.rules, Severity::Warning, JudgedBy::Rules(Some(&accounts))).unwrap();
        written(&run)
    })
}

const PATTERNS: [&str; 7] = ["^api", "^svc|^bot", "a", "@.*\\.", "^[a-m]", "^$", "x$"];

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn members_that_were_noted_are_those_that_are_read_again(
        world in worlds(2),
        groups in prop::collection::vec((select(&PATTERNS[..]), 1..5_u64), 1..4),
    ) {
        let table = write(&world, PLAIN).text;
        prop_assert_eq!(applied(&table, &groups, true, 1), applied(&table, &groups, false, 1));
    }
}

/// Who of too many is kept must not depend on which thread came first.
#[test]
fn members_are_the_same_for_any_number_of_threads() {
    let row = |number: usize| {
        let kind = ["api", "bot", "svc"][number % 1000 % 3];
        format!("API,Sync,{kind}{number}@acme.example,Administrator,Default Team,Operations,EnterpriseView,yes\n")
    };
    let rows: String = (0..20_000).map(row).collect();
    let table = format!("First Name,Last Name,User Name,Roles,Team,Scope,WFM Views,Active\n{rows}");
    // All fit into the first, the others are too wide.
    let groups = [("^api", 10_000), ("^bot", 100), ("7@", 3)];
    let alone = applied(&table, &groups, true, 1);
    assert!(alone.matches("\"waiver-too-wide\"").count() > 2, "two are too wide");
    assert!(alone.contains("matches more than 100 accounts"), "one more than the most is noted");
    assert!(alone == applied(&table, &groups, true, 3), "three threads say something else");
    assert!(alone == applied(&table, &groups, false, 3), "a second reading says something else");
}
