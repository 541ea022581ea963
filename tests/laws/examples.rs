//! The examples of the rule files, put to the library: each one in every form of input that can express it.
//! What a rule underlines, how severe that is and how the rule ends must be as the example says, and no other
//! rule may fire than those it lists. Nothing here starts a process; that is the matter of `tests/contract`.

mod accounts;
mod forms;
mod harness;
mod plans;

use std::path::Path;

use rolecall::engine::RuleSet;
use rolecall::read::Format;
use rolecall::rule::file::{References, built_in};
use rolecall::rule::pack::{PackFolder, read_packs};
use rolecall::rule::{Rule, examples};
use rolecall::source::pack_folder::read_pack_folder;

use forms::Form;
use harness::mismatches;

/// A form that no example could be written in would be a test that tests nothing.
#[test]
fn every_form_serves_many_examples() {
    let rules = built_in();
    let examples: Vec<_> = rules.iter().flat_map(examples::of).collect();
    for form in Form::ALL {
        let served = examples.iter().filter(|example| form.files(example).is_some()).count();
        assert!(served > examples.len() / 2, "{form:?} serves {served} of {} examples", examples.len());
    }
    for format in Format::ALL {
        assert!(Form::ALL.iter().any(|form| Format::by_name(form.file_name()) == Some(format)), "{}", format.word());
    }
}

#[test]
fn every_rule_shows_what_passes_and_what_fails() {
    for rule in built_in() {
        let examples = examples::of(&rule);
        let failing = examples.iter().filter(|example| !example.fails.is_empty()).count();
        let passing = examples.iter().filter(|example| example.fails.is_empty() && example.outcome.is_none()).count();
        assert!(failing > 0 && passing > 0, "{}: {failing} examples fail and {passing} pass", rule.id);
    }
}

#[test]
fn every_example_holds_in_tables() {
    assert_examples(&[Form::Csv, Form::CsvQuoted, Form::Sheet]);
}

#[test]
fn every_example_holds_in_documents() {
    assert_examples(&[Form::Json, Form::JsonText, Form::JsonNull, Form::Jsonl]);
}

#[test]
fn every_example_holds_in_plans() {
    assert_examples(&[Form::YamlFlow, Form::YamlBlock, Form::Toml, Form::JsonPlan]);
}

/// The bundled pack of a site is put to the same test, each of its rules with the built-in ones.
#[test]
fn every_example_of_a_site_holds_in_every_form() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/site-rules/rules");
    let files = read_pack_folder(&folder).expect("the pack is there");
    let mut packs = read_packs(vec![PackFolder { path: "rules".to_owned(), files }]).expect("the pack is sound");
    let site_rules = std::mem::take(&mut packs[0].rules);
    assert_eq!(site_rules.len(), 10);
    let mut found = Vec::new();
    for rule in site_rules {
        let mut rules = built_in();
        rules.push(rule);
        found.extend(mismatches_of(rules.last().expect("one was added"), &rules, &Form::ALL));
    }
    assert!(found.is_empty(), "{} mismatches\n{}", found.len(), found.join("\n"));
}

fn mismatches_of(rule: &Rule, rules: &[Rule], forms: &[Form]) -> Vec<String> {
    let (references, mut found) = (References::built_in(), Vec::new());
    let rules = RuleSet { rules, references: &references };
    for example in examples::of(rule) {
        found.extend(forms.iter().flat_map(|form| mismatches(&rules, rule, &example, *form)));
    }
    found
}

fn assert_examples(forms: &[Form]) {
    let rules = built_in();
    let found: Vec<_> = rules.iter().flat_map(|rule| mismatches_of(rule, &rules, forms)).collect();
    assert!(found.is_empty(), "{} mismatches\n{}", found.len(), found.join("\n"));
}
