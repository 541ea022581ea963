//! Waivers beside a model that looks at every finding: one covers exactly what meets all its conditions.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::sample::{Index, select};
use rolecall::config::Config;
use rolecall::diagnostic::identification::{Identification, Side};
use rolecall::diagnostic::visible::toml_string;
use rolecall::diagnostic::{Diagnostic, Outcome, Severity, Verdict};
use rolecall::engine::Run;
use rolecall::policy::{JudgedBy, Policy, PolicyFile, PolicyFiles};
use rolecall::rule::Rule;

use crate::cases;
use crate::run::{with_catalogue, with_rules};
use crate::support::workspace::AS_OF;
use crate::table::{PLAIN, write};
use crate::world::{World, worlds};

/// A waiver of a finding, and in what it departs from it.
#[derive(Clone, Debug)]
struct Waiver {
    rule: String,
    account: Option<String>,
    license: Option<(String, u64)>,
    value: Option<String>,
    field: Option<String>,
    side: Option<&'static str>,
    severity: Option<Severity>,
    demand: Option<String>,
    days: (&'static str, &'static str),
}

impl Waiver {
    /// What `waive` would print.
    fn of_finding(one: &Diagnostic, found: &Identification) -> Self {
        let details = &found.details;
        let is_of_account = details.side != Side::Tenant;
        let account = one.subject.as_ref().filter(|_| is_of_account).map(|subject| subject.key.clone());
        Self {
            rule: one.rule.to_string(),
            account,
            // Seats that are only known as "at least" are covered by no number.
            license: details.license.clone().map(|license| (license, details.number.unwrap_or(1_000_000))),
            value: details.value.clone(),
            field: is_of_account.then(|| details.field.clone()),
            side: is_of_account.then(|| details.side.word()),
            severity: Some(one.severity),
            demand: Some(found.demand.to_string()),
            days: ("2026-01-01", "2026-12-31"),
        }
    }

    fn changed(mut self, what: &str, other: &Diagnostic) -> Self {
        let details = other.identification.as_ref().map(|found| &found.details);
        let longer = |text: Option<String>| text.map(|text| text + "x");
        match what {
            "another case" => self.account = self.account.map(|name| name.to_ascii_uppercase()),
            "another account" => self.account = other.subject.as_ref().map(|subject| subject.key.clone()),
            "a longer account" => self.account = longer(self.account),
            "another value" => self.value = details.and_then(|details| details.value.clone()),
            "a longer value" => self.value = longer(self.value),
            "a blank" => self.value = self.value.map(|_| String::new()),
            "another rule" => self.rule = other.rule.to_string(),
            "another field" => self.field = details.map(|details| details.field.clone()),
            "no field" => self.field = None,
            "the other side" => self.side = self.side.map(|side| if side == "export" { "plan" } else { "export" }),
            "no side" => self.side = None,
            "a note" => self.severity = Some(Severity::Note),
            "an error" => self.severity = Some(Severity::Error),
            "no severity" => self.severity = None,
            "another demand" => self.demand = Some(format!("sha256:{}", "0".repeat(64))),
            "no demand" => self.demand = None,
            "expired" => self.days = ("2026-01-01", "2026-11-20"),
            "its last day" => self.days = ("2026-01-01", "2026-11-21"),
            "its first day" => self.days = ("2026-11-21", "2026-12-31"),
            "not yet" => self.days = ("2026-11-22", "2026-12-31"),
            "one seat less" => self.license = self.license.map(|(name, seats)| (name, seats.saturating_sub(1))),
            "one seat more" => self.license = self.license.map(|(name, seats)| (name, seats + 1)),
            _ => {}
        }
        self
    }

    fn text(&self) -> String {
        let line = |key: &str, value: &Option<String>| {
            value.as_ref().map_or_else(String::new, |value| format!("{key} = {}\n", toml_string(value)))
        };
        let seats = self
            .license
            .as_ref()
            .map_or_else(String::new, |(name, most)| format!("license = {}\nat-most = {most}\n", toml_string(name)));
        format!(
            "[[waivers]]\nid = \"W\"\nrule = {}\n{}{}{}{}{}{}{seats}reason = \"r\"\napproved-by = \"Nobody\"\napproved-on = {}\nuntil = {}\n",
            toml_string(&self.rule),
            line("account", &self.account),
            line("value", &self.value.clone().filter(|_| self.license.is_none())),
            line("field", &self.field),
            line("side", &self.side.map(str::to_owned)),
            line("severity", &self.severity.map(|severity| severity.word().to_owned())),
            line("demand", &self.demand),
            self.days.0,
            self.days.1,
        )
    }

    /// The model.
    fn meets(&self, one: &Diagnostic) -> bool {
        let Some(found) = one.identification.as_ref().filter(|found| found.has_state()) else { return false };
        let details = &found.details;
        let subject = one.subject.as_ref().filter(|_| details.side != Side::Tenant).map(|subject| &subject.key);
        let is_account = match (&self.account, subject) {
            (Some(named), Some(key)) => named.eq_ignore_ascii_case(key),
            (None, None) => true,
            _ => false,
        };
        let is_seats = match (&self.license, &details.license) {
            (Some((name, most)), Some(license)) => name == license && details.number.unwrap() <= *most,
            (None, None) => self.value == details.value,
            _ => false,
        };
        *self.rule == *one.rule
            && is_account
            && is_seats
            && self.field.as_ref().is_none_or(|field| *field == details.field)
            && self.side.is_none_or(|side| side == details.side.word())
            && self.severity.is_none_or(|severity| one.severity <= severity)
            && self.demand.as_ref().is_none_or(|demand| **demand == **found.demand)
            && self.days.0 <= AS_OF_DAY
            && AS_OF_DAY <= self.days.1
    }
}

/// The day that the runs of the laws judge by.
const AS_OF_DAY: &str = AS_OF;

const CHANGES: [&str; 23] = [
    "nothing",
    "another case",
    "another account",
    "a longer account",
    "another value",
    "a longer value",
    "a blank",
    "another rule",
    "another field",
    "no field",
    "the other side",
    "no side",
    "a note",
    "an error",
    "no severity",
    "another demand",
    "no demand",
    "expired",
    "its last day",
    "its first day",
    "not yet",
    "one seat less",
    "one seat more",
];

fn policy(text: &str, rules: &[Rule]) -> Option<Policy> {
    let files = vec![PolicyFile { path: "w.toml".to_owned(), bytes: text.as_bytes().to_vec() }];
    let files = PolicyFiles { files, ..PolicyFiles::default() };
    Policy::read(files, rules, &BTreeMap::new(), Config::default().longest_waiver()).ok()
}

fn of_world(world: &World) -> Run {
    with_catalogue(&[("a.csv", write(world, PLAIN).text.as_bytes())], world.all_api_users)
}

proptest! {
    #![proptest_config(cases(80))]

    #[test]
    fn a_waiver_covers_exactly_what_meets_all_its_conditions(
        world in worlds(2),
        picks in prop::collection::vec((any::<Index>(), any::<Index>(), select(&CHANGES[..]), select(&CHANGES[..])), 12),
    ) {
        let run = of_world(&world);
        prop_assert_eq!(run.as_of.to_string(), AS_OF_DAY);
        let held: Vec<&Diagnostic> = run.diagnostics.iter().filter(|one| one.identification.is_some()).collect();
        prop_assume!(!held.is_empty());
        for (finding, other, first, second) in &picks {
            let (one, other) = (held[finding.index(held.len())], held[other.index(held.len())]);
            let found = one.identification.as_ref().unwrap();
            let waiver = Waiver::of_finding(one, found).changed(first, other).changed(second, other);
            let applied = with_rules(|rules| {
                let policy = policy(&waiver.text(), rules.rules)?;
                let mut applied = run.clone();
                policy.apply(&mut applied, rules.rules, Severity::Warning, JudgedBy::Rules(None)).unwrap();
                Some(applied)
            });
            let Some(applied) = applied else {
                prop_assert!(!found.has_state() || (*first, *second) != ("nothing", "nothing"), "{}", waiver.text());
                continue;
            };
            for now in applied.diagnostics.iter().filter(|one| one.identification.is_some()) {
                prop_assert_eq!(now.outcome() == Outcome::Waived, waiver.meets(now), "{}\n{:?}", waiver.text(), now);
            }
            // Nothing vanishes, and what was not judged stays so.
            let count = |run: &Run| run.diagnostics.iter().filter(|one| one.identification.is_some()).count();
            prop_assert_eq!(count(&applied), count(&run));
            prop_assert_eq!(&applied.ledger.holes, &run.ledger.holes);
            prop_assert!(run.ledger.holes.is_empty() || applied.verdict == Verdict::Incomplete);
            let uses = applied.diagnostics.iter().filter(|one| one.outcome() == Outcome::Waived).count() as u64;
            prop_assert_eq!(applied.ledger.waivers[0].uses, uses);
        }
    }
}
