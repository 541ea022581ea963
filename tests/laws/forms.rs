//! What must not change what is found: asking twice, the form of the input, how records are spread over files,
//! and, for rules that look at one record, their order.

use proptest::prelude::*;
use rolecall::check::Check;
use rolecall::engine::Run;
use rolecall::report::json;
use rolecall::rule::file::built_in;

use crate::cases;
use crate::document::{documents, write as write_document};
use crate::plan::{self, hands, write as write_plan};
use crate::run::{all, key, with_catalogue};
use crate::table::{PLAIN, dialects, write};
use crate::world::{World, worlds};

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn the_same_input_gives_the_same_bytes(world in worlds(1), dialect in dialects(&[None, Some("")])) {
        let written = write(&world, dialect);
        let report = || {
            let mut bytes = Vec::new();
            let run = with_catalogue(&[("people.csv", written.text.as_bytes())], world.all_api_users);
            json::write_run(&run, &mut bytes).expect("memory can be written");
            bytes
        };
        prop_assert_eq!(report(), report());
    }

    #[test]
    fn tables_and_documents_are_judged_alike(world in worlds(1), dialect in dialects(&[None, Some("")]), style in documents()) {
        let table = with_catalogue(&[("people.csv", write(&world, dialect).text.as_bytes())], world.all_api_users);
        let document = write_document(&world, style).text;
        let run = with_catalogue(&[(style.layout.file_name(), document.as_bytes())], world.all_api_users);
        prop_assert_eq!(findings(&table), findings(&run));
        prop_assert_eq!(refused(&table), refused(&run));
        prop_assert_eq!(endings(&table), endings(&run));
        prop_assert_eq!(table.verdict, run.verdict);
        prop_assert_eq!(table.seats, run.seats);
    }

    #[test]
    fn plans_are_judged_alike(world in worlds(1), one in hands(), other in hands()) {
        let run = |hand| with_catalogue(&[(plan::Hand::file_name(hand), write_plan(&world, hand).text.as_bytes())], world.all_api_users);
        let (one, other) = (run(one), run(other));
        prop_assert_eq!(findings(&one), findings(&other));
        prop_assert_eq!(refused(&one), refused(&other));
        prop_assert_eq!(endings(&one), endings(&other));
        prop_assert_eq!(one.verdict, other.verdict);
        prop_assert_eq!(one.seats, other.seats);
    }

    #[test]
    fn one_file_or_two_is_no_matter(world in worlds(2), at in any::<prop::sample::Index>()) {
        let (first, second) = world.rows.split_at(1 + at.index(world.rows.len() - 1));
        let text = |rows: &[Vec<String>]| write(&world.with(rows.to_vec()), PLAIN).text;
        let (whole, first, second) = (text(&world.rows), text(first), text(second));
        let one = with_catalogue(&[("a.csv", whole.as_bytes())], world.all_api_users);
        let two = with_catalogue(&[("a.csv", first.as_bytes()), ("b.csv", second.as_bytes())], world.all_api_users);
        let found = |run: &Run| {
            let mut found = all(run, |one| (one.rule.clone(), key(one)));
            // One note for each table.
            found.retain(|(id, _)| **id != *MULTILINE);
            found
        };
        prop_assert_eq!(found(&one), found(&two));
        prop_assert_eq!(endings(&one), endings(&two));
        prop_assert_eq!(one.verdict, two.verdict);
        prop_assert_eq!(one.seats, two.seats);
    }

    #[test]
    fn record_rules_do_not_mind_the_order((world, rows) in shuffled()) {
        let is_of_records = |id: &str| built_in().iter().any(|rule| rule.id == id && matches!(rule.check, Check::Record(_)));
        let found = |world: &World| {
            let run = with_catalogue(&[("a.csv", write(world, PLAIN).text.as_bytes())], world.all_api_users);
            let mut found = all(&run, |one| (one.rule.clone(), key(one)));
            found.dedup();
            found.retain(|(id, _)| is_of_records(id));
            (found, run.verdict)
        };
        prop_assert_eq!(found(&world), found(&world.with(rows)));
    }
}

fn shuffled() -> impl Strategy<Value = (World, Vec<Vec<String>>)> {
    worlds(2).prop_flat_map(|world| {
        let rows = Just(world.rows.clone()).prop_shuffle();
        (Just(world), rows)
    })
}

/// The note on cells that run over lines.
const MULTILINE: &str = "cell-over-lines";

/// What is found of which record.
fn findings(run: &Run) -> Vec<(String, Option<u64>, &'static str, String)> {
    // Messages name the file of the other account.
    let message = |text: &str| {
        [".csv", ".jsonl", ".json", ".yaml", ".toml"]
            .iter()
            .fold(text.to_owned(), |text, ending| text.replace(ending, ""))
    };
    let mut found = all(run, |one| {
        (
            one.rule.to_string(),
            one.subject.as_ref().map(|subject| subject.number),
            one.severity.word(),
            message(&one.message),
        )
    });
    // Only a table needs quotes to hold lines.
    found.retain(|(id, ..)| *id != *MULTILINE);
    found
}

/// The records that were refused.
fn refused(run: &Run) -> Vec<(u64, &'static str)> {
    run.ledger
        .inputs
        .iter()
        .flat_map(|input| input.refused.iter().map(|refused| (refused.number, refused.rule)))
        .collect()
}

/// How the rules ended.
fn endings(run: &Run) -> Vec<(String, &'static str, u64, u64, Option<String>)> {
    run.outcomes
        .iter()
        .map(|one| (one.rule.clone(), one.outcome.word(), one.judged, one.failed, one.reason.clone()))
        .collect()
}
