//! The examples of rules, put to the engine in every form of input that can express them: `rolecall test`.
//!
//! What a rule underlines, how severe that is and how the rule ends must be as the example says, and no other
//! rule may fire than those it lists. A rule that is put to no account fails its example, whatever that expects.

mod accounts;
mod example_run;
mod forms;
mod mutation;
mod pattern_mutation;
mod plans;

use crate::engine::RuleSet;
use crate::rule::Rule;
use crate::rule::examples::{Example, of};
use crate::rule::file::References;
use crate::rule::scaffold::PLACEHOLDER;
use example_run::ExampleRun;
use mutation::{Mutant, mutants};

pub use forms::ExampleForm;

/// How the examples of a rule ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestedRule {
    /// The rule.
    pub rule: String,
    /// Its examples, in order.
    pub examples: Vec<TestedExample>,
    /// Its mutants, if they were wanted and all examples hold.
    pub mutants: Vec<TestedMutant>,
}

/// A rule with one change, put to the examples of the rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestedMutant {
    /// What was changed, as a fragment.
    pub change: String,
    /// The first example that does not hold for it.
    pub noticed_by: Option<String>,
}

/// How an example ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestedExample {
    /// What it shows.
    pub title: String,
    /// The forms of input that it was written in.
    pub forms: Vec<ExampleForm>,
    /// Why it does not hold; empty if it does.
    pub failures: Vec<ExampleFailure>,
}

impl TestedExample {
    /// True if nothing fails.
    #[must_use]
    pub const fn holds(&self) -> bool {
        self.failures.is_empty()
    }
}

/// A way in which an example does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExampleFailure {
    /// What was found and what was expected, as a sentence without a full stop.
    pub message: String,
    /// The forms of input in which it shows; none if it has nothing to do with them.
    pub forms: Vec<ExampleForm>,
}

/// Tests the examples of the rules that `is_selected` takes, and on demand their mutants. A rule of a site, or of a
/// pack that a site switches on, is tested beside the built-in ones that always judge, and beside no other.
#[must_use]
pub fn test_rules(rules: Vec<Rule>, with_mutants: bool, is_selected: impl Fn(&Rule) -> bool) -> Vec<TestedRule> {
    let references = References::built_in();
    let (mut together, of_site): (Vec<_>, Vec<_>) =
        rules.into_iter().partition(|rule| rule.is_built_in() && !rule.is_opt_in());
    let test = |rules: &[Rule], rule: &Rule| {
        let set = RuleSet { rules, references: &references };
        let examples: Vec<_> = of(rule).iter().map(|example| test_example(&set, rule, example)).collect();
        let is_mutated = with_mutants && examples.iter().all(TestedExample::holds);
        let mutants = if is_mutated { test_mutants(rule, &references) } else { Vec::new() };
        TestedRule { rule: rule.id.clone(), examples, mutants }
    };
    let built_in = together.iter().filter(|rule| is_selected(rule)).map(|rule| test(&together, rule));
    let mut tested: Vec<_> = built_in.collect();
    for rule in of_site.into_iter().filter(|rule| is_selected(rule)) {
        together.push(rule);
        tested.extend(together.last().map(|rule| test(&together, rule)));
        together.pop();
    }
    tested
}

/// The mutants of a rule, each with what was changed.
#[must_use]
pub fn rule_mutants(rule: &Rule) -> Vec<(String, Rule)> {
    mutants(rule).into_iter().map(|mutant| (mutant.change, mutant.rule)).collect()
}

/// Puts each mutant to the examples in one form, without other rules.
fn test_mutants(rule: &Rule, references: &References) -> Vec<TestedMutant> {
    let holds = |rule: &Rule, example: &Example| {
        let set = RuleSet { rules: std::slice::from_ref(rule), references };
        let run = ExampleForm::ALL.into_iter().find_map(|form| ExampleRun::new(&set, rule, example, form));
        run.is_some_and(|run| run.is_ok_and(|run| run.own_mismatches().is_empty()))
    };
    let mut examples = of(rule);
    examples.retain(|example| holds(rule, example));
    let test = |mutant: Mutant| {
        let noticing = examples.iter().find(|example| !holds(&mutant.rule, example));
        TestedMutant { change: mutant.change, noticed_by: noticing.map(|example| example.title.clone()) }
    };
    mutants(rule).into_iter().map(test).collect()
}

/// How a rule by itself ends for an example, in the first form that can express it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExampleEnding {
    /// From lenient to strict: does not apply, passes, cannot judge, fails.
    pub outcome: u8,
    /// What it underlines.
    pub underlined: Vec<String>,
}

impl ExampleEnding {
    /// True if it underlines all these texts, each as often.
    #[must_use]
    pub fn has_all(&self, texts: &[String]) -> bool {
        let count = |list: &[String], text: &String| list.iter().filter(|one| *one == text).count();
        texts.iter().all(|text| count(&self.underlined, text) >= count(texts, text))
    }
}

/// The ending of `rule` alone for `example`; `None` if it cannot be judged.
#[must_use]
pub fn ending(rule: &Rule, example: &Example, references: &References) -> Option<ExampleEnding> {
    let set = RuleSet { rules: std::slice::from_ref(rule), references };
    let run = ExampleForm::ALL.into_iter().find_map(|form| ExampleRun::new(&set, rule, example, form))?;
    Some(run.ok()?.ending())
}

fn test_example(rules: &RuleSet<'_>, rule: &Rule, example: &Example) -> TestedExample {
    let mut forms = Vec::new();
    let mut failures: Vec<ExampleFailure> = Vec::new();
    if rule.source.text().contains(PLACEHOLDER) {
        let message = format!("the rule still says `{PLACEHOLDER}`");
        failures.push(ExampleFailure { message, forms: Vec::new() });
    }
    for form in ExampleForm::ALL {
        let Some(run) = ExampleRun::new(rules, rule, example, form) else { continue };
        forms.push(form);
        let messages = match run {
            Ok(run) => [run.own_mismatches(), run.other_mismatches()].concat(),
            Err(why) => vec![why],
        };
        for message in messages {
            match failures.iter_mut().find(|failure| failure.message == message) {
                Some(failure) => failure.forms.push(form),
                None => failures.push(ExampleFailure { message, forms: vec![form] }),
            }
        }
    }
    if forms.is_empty() {
        let message = "no form of input can express it".to_owned();
        failures.push(ExampleFailure { message, forms: Vec::new() });
    }
    TestedExample { title: example.title.clone(), forms, failures }
}
