//! What identities and states of findings are made of, and what may not change them.

use proptest::prelude::*;
use rolecall::diagnostic::Diagnostic;
use rolecall::diagnostic::identification::Side;
use rolecall::engine::Run;

use crate::cases;
use crate::document::{documents, write as write_document};
use crate::plan::{self, hands, write as write_plan};
use crate::run::{all, with_catalogue};
use crate::table::{PLAIN, write};
use crate::world::{USER_NAME, World, worlds};

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn order_columns_and_file_name_change_nothing((world, rows) in shuffled(), at in any::<prop::sample::Index>()) {
        let due = held(&of_table("people.csv", &world));
        prop_assert_eq!(held(&of_table("other.csv", &world.with(rows))), due.clone());
        let mut rotated = world.clone();
        let by = at.index(world.headers.len());
        rotated.headers.rotate_left(by);
        rotated.rows.iter_mut().for_each(|row| row.rotate_left(by));
        prop_assert_eq!(held(&of_table("people.csv", &rotated)), due);
    }

    #[test]
    fn documents_agree_with_tables(world in worlds(1), style in documents()) {
        let document = write_document(&world, style).text;
        let run = with_catalogue(&[(style.layout.file_name(), document.as_bytes())], world.all_api_users);
        prop_assume!(!has_refused(&run));
        prop_assert_eq!(held(&run), held(&of_table("people.csv", &world)));
    }

    #[test]
    fn an_inserted_account_changes_no_other(world in worlds(1), at in any::<prop::sample::Index>()) {
        let mut rows = world.rows.clone();
        let inserted: Vec<String> = world.headers.iter().map(|header| inserted(header).to_owned()).collect();
        rows.insert(at.index(rows.len() + 1), inserted);
        // Seats and administrators count all accounts.
        let of_accounts = |run: &Run| {
            let mut found: Vec<_> = run.diagnostics.iter().filter(|one| account(one).is_some_and(|name| name != INSERTED && !name.starts_with('#'))).filter_map(held_one).collect();
            found.sort();
            found
        };
        prop_assert_eq!(of_accounts(&of_table("a.csv", &world.with(rows))), of_accounts(&of_table("a.csv", &world)));
    }

    #[test]
    fn they_are_equal_exactly_if_all_that_they_are_made_of_is(one in worlds(2), other in worlds(2), hand in hands()) {
        let plan = write_plan(&other, hand).text;
        let plan = with_catalogue(&[(plan::Hand::file_name(hand), plan.as_bytes())], other.all_api_users);
        let runs = [of_table("a.csv", &one), of_table("b.csv", &other), plan];
        let found: Vec<&Diagnostic> = runs.iter().flat_map(|run| &run.diagnostics).filter(|one| identity(one).is_some()).collect();
        for first in &found {
            for second in &found {
                prop_assert_eq!(identity(first) == identity(second), who(first) == who(second), "{:?}\n{:?}", first, second);
                if state(first).is_some() && state(second).is_some() {
                    let is_same = who(first) == who(second) && condition(first) == condition(second);
                    prop_assert_eq!(state(first) == state(second), is_same, "{:?}\n{:?}", first, second);
                }
            }
        }
    }

    #[test]
    fn findings_of_a_run_have_different_identities(world in worlds(1), hand in hands()) {
        let plan = write_plan(&world, hand).text;
        let plan = with_catalogue(&[(plan::Hand::file_name(hand), plan.as_bytes())], world.all_api_users);
        for run in [of_table("a.csv", &world), plan] {
            let mut known = std::collections::HashSet::new();
            for one in &run.diagnostics {
                prop_assert!(identity(one).is_none_or(|identity| known.insert(identity)), "{:?}", one);
            }
        }
    }

    #[test]
    fn only_one_account_of_a_side_has_an_identity(world in worlds(2)) {
        let Some(column) = world.column(USER_NAME) else { return Ok(()) };
        let names: Vec<String> = world.rows.iter().map(|row| row[column].trim().to_ascii_lowercase()).collect();
        let run = of_table("a.csv", &world);
        // Whose name a refused record has is not known, and the run is INCOMPLETE.
        prop_assume!(!has_refused(&run));
        for one in run.diagnostics.iter().filter(|one| one.identification.is_some()) {
            let Some(name) = account(one) else { continue };
            let bearers = names.iter().filter(|known| **known == name).count();
            prop_assert!(bearers < 2 || identity(one).is_none(), "{:?}", one);
        }
    }
}

const INSERTED: &str = "zoe.inserted@acme.example";

fn inserted(header: &str) -> &'static str {
    match header {
        "User Name" => INSERTED,
        "First Name" => "Zoë",
        "Last Name" => "Inserted",
        "Roles" => "Agent",
        "Team" => "Billing",
        "Scope" => "Operations",
        "Active" => "yes",
        "WFM Views" | "Main View" => "EnterpriseView",
        _ => "",
    }
}

fn shuffled() -> impl Strategy<Value = (World, Vec<Vec<String>>)> {
    worlds(2).prop_flat_map(|world| {
        let rows = Just(world.rows.clone()).prop_shuffle();
        (Just(world), rows)
    })
}

fn of_table(name: &str, world: &World) -> Run {
    with_catalogue(&[(name, write(world, PLAIN).text.as_bytes())], world.all_api_users)
}

type Held = (String, Option<String>, Option<String>);

/// Rule, identity and state of each finding.
fn held(run: &Run) -> Vec<Held> {
    let mut held = all(run, held_one);
    held.retain(Option::is_some);
    held.into_iter().flatten().collect()
}

fn held_one(one: &Diagnostic) -> Option<Held> {
    let found = one.identification.as_ref()?;
    Some((one.rule.to_string(), found.identity(), found.state()))
}

fn identity(one: &Diagnostic) -> Option<String> {
    one.identification.as_ref()?.identity()
}

fn state(one: &Diagnostic) -> Option<String> {
    one.identification.as_ref()?.state()
}

fn has_refused(run: &Run) -> bool {
    run.ledger.inputs.iter().any(|input| !input.refused.is_empty())
}

/// The account of a finding that is about one; no name of the worlds has capitals beyond ASCII.
fn account(one: &Diagnostic) -> Option<String> {
    let is_of_tenant = one.identification.as_ref()?.details.side == Side::Tenant;
    let subject = one.subject.as_ref().filter(|_| !is_of_tenant)?;
    Some(rolecall_fold(&subject.key))
}

/// User names compare without case, and domains by their A-labels.
fn rolecall_fold(name: &str) -> String {
    name.to_lowercase().replace("@käse.example", "@xn--kse-qla.example")
}

pub type Who<'d> = (&'d str, Side, Option<String>, &'d str, Option<&'d str>, Option<&'d str>);

pub fn who(one: &Diagnostic) -> Who<'_> {
    let details = &one.identification.as_ref().expect("a rule's finding").details;
    (&one.rule, details.side, account(one), details.rule_field, details.item.as_deref(), details.license.as_deref())
}

pub fn condition(one: &Diagnostic) -> (&str, Option<&str>, Option<u64>, Option<&str>, &str, &str) {
    let found = one.identification.as_ref().expect("a rule's finding");
    let details = &found.details;
    let besides = details.besides.as_deref();
    (&details.field, details.value.as_deref(), details.number, besides, one.severity.word(), &found.demand)
}
