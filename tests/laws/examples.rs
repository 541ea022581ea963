//! The examples of the rule files, put to the library in every form of input that can express them.
//! Nothing here starts a process; that is the matter of `tests/contract`.

use std::path::Path;

use rolecall::read::Format;
use rolecall::rule::file::all_built_in;
use rolecall::rule::pack::{PackFolder, read_packs};
use rolecall::rule::{Rule, examples};
use rolecall::rule_test::{ExampleForm, TestedRule, test_rules};
use rolecall::source::pack_folder::read_pack_folder;

fn assert_all_hold(tested: &[TestedRule]) {
    let of_rule = |rule: &TestedRule| {
        let failing = rule.examples.iter().filter(|example| !example.failures.is_empty()).cloned();
        failing.map(|example| format!("{} / {}: {:?}", rule.rule, example.title, example.failures)).collect::<Vec<_>>()
    };
    let found: Vec<_> = tested.iter().flat_map(of_rule).collect();
    assert!(found.is_empty(), "{} examples do not hold\n{}", found.len(), found.join("\n"));
}

fn assert_every_change_is_noticed(tested: &[TestedRule], at_least: usize) {
    let of_rule = |rule: &TestedRule| {
        let unnoticed = rule.mutants.iter().filter(|mutant| mutant.noticed_by.is_none());
        unnoticed.map(|mutant| format!("{}: {}", rule.rule, mutant.change)).collect::<Vec<_>>()
    };
    let found: Vec<_> = tested.iter().flat_map(of_rule).collect();
    assert!(tested.iter().map(|rule| rule.mutants.len()).sum::<usize>() >= at_least);
    assert!(found.is_empty(), "{} mutants go unnoticed\n{}", found.len(), found.join("\n"));
}

/// A form that no example could be written in would be a test that tests nothing.
#[test]
fn every_example_of_the_built_in_rules_holds_in_every_form_and_notices_changes() {
    let tested = test_rules(all_built_in(), true, |_| true);
    assert_eq!(tested.len(), all_built_in().len());
    assert_all_hold(&tested);
    assert_every_change_is_noticed(&tested, 200);
    let examples: Vec<_> = tested.iter().flat_map(|rule| &rule.examples).collect();
    for form in ExampleForm::ALL {
        let served = examples.iter().filter(|example| example.forms.contains(&form)).count();
        assert!(served > examples.len() / 2, "{form:?} serves {served} of {} examples", examples.len());
    }
    for format in Format::ALL {
        let is_served = |form: &ExampleForm| Format::by_name(form.file_name()) == Some(format);
        assert!(ExampleForm::ALL.iter().any(is_served), "{}", format.word());
    }
}

#[test]
fn every_rule_shows_what_passes_and_what_fails() {
    for rule in all_built_in() {
        let examples = examples::of(&rule);
        let failing = examples.iter().filter(|example| !example.fails.is_empty()).count();
        let passing = examples.iter().filter(|example| example.fails.is_empty() && example.outcome.is_none()).count();
        assert!(failing > 0 && passing > 0, "{}: {failing} examples fail and {passing} pass", rule.id);
    }
}

/// Where the packs of a site lie that come with the sources.
const SITE_PACKS: [&str; 1] = ["fixtures/site-rules/rules"];

/// The rules of `docs/site-rules.md`, which show how a demand is written, each with two examples that notice every change.
const DEMANDS: &str = "fixtures/site-rules/demands";

fn with_pack(pack: &str) -> Vec<Rule> {
    let files = read_pack_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join(pack)).expect("the pack is there");
    let mut packs =
        read_packs(vec![PackFolder { path: pack.to_owned(), files }], &all_built_in()).expect("the pack is sound");
    let mut rules = all_built_in();
    rules.append(&mut packs[0].rules);
    rules
}

/// The bundled packs of a site are put to the same test, each of their rules with the built-in ones.
#[test]
fn every_example_of_a_site_holds_in_every_form_and_notices_changes() {
    for pack in SITE_PACKS {
        let tested = test_rules(with_pack(pack), true, |rule| !rule.is_built_in());
        assert!(tested.len() >= 10, "{pack}");
        assert_all_hold(&tested);
        assert_every_change_is_noticed(&tested, 200);
    }
}

#[test]
fn every_demand_of_the_guide_is_a_rule_whose_examples_notice_changes_or_has_a_reason() {
    let rules = with_pack(DEMANDS);
    let guide =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/site-rules.md")).expect("it is there");
    let (_, table) = guide.split_once("## Sixty demands").expect("the guide lists demands");
    let rows: Vec<&str> = table
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| demand") && !line.starts_with("| ---"))
        .collect();
    assert!(rows.len() >= 60, "{} demands", rows.len());
    let site = with_pack(SITE_PACKS[0]);
    let is_known = |id: &str| rules.iter().chain(&site).any(|rule| rule.id.rsplit('/').next() == Some(id));
    for row in &rows {
        let (_, answer) = row.trim_matches(['|', ' ']).split_once(" | ").expect("two cells");
        let id = answer.strip_prefix('`').and_then(|rest| rest.split('`').next());
        assert!(id.is_some_and(is_known) || answer.starts_with("not a rule: "), "{row}");
    }
    for rule in rules.iter().filter(|rule| !rule.is_built_in()) {
        let id = rule.id.rsplit('/').next().expect("an id");
        assert!(table.contains(&format!("`{id}`")), "{id} is not in the guide");
    }
    let tested = test_rules(rules, true, |rule| !rule.is_built_in());
    assert_all_hold(&tested);
    assert_every_change_is_noticed(&tested, 480);
}
