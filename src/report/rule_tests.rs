//! How the examples of rules ended: `rolecall test`.

use std::io::{self, Write};

use maud::{Markup, html};
use serde_json::{Value, json};

use super::VERSION;
use super::ledger::lines::plural;
use super::page::Page;
use crate::diagnostic::visible::whole;
use crate::diagnostic::words::words;
use crate::rule_test::{ExampleFailure, ExampleForm, TestedExample, TestedMutant, TestedRule};

/// The forms of the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TestFormat {
    /// For people: what does not hold.
    Human,
    /// One JSON document with every example.
    Json,
    /// JUnit's XML: a rule is a suite, an example a test.
    Junit,
}

words!(TestFormat { Human = "human", Json = "json", Junit = "junit" });

/// What the test comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TestVerdict {
    /// Every example holds, and every mutant was noticed.
    Pass,
    /// One does not, or one was not.
    Fail,
    /// There is no example.
    Nothing,
}

words!(TestVerdict { Pass = "pass", Fail = "fail", Nothing = "nothing" });

impl TestVerdict {
    /// The verdict over all examples.
    #[must_use]
    pub fn of_rules(rules: &[TestedRule]) -> Self {
        match count(rules) {
            (0, _) => Self::Nothing,
            (_, 0) if unnoticed(rules).next().is_none() => Self::Pass,
            _ => Self::Fail,
        }
    }
}

impl TestFormat {
    /// Writes how the examples of these rules ended.
    ///
    /// # Errors
    /// What the writer says.
    pub fn write(self, rules: &[TestedRule], out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Human => human(rules, out),
            Self::Json => {
                serde_json::to_writer_pretty(&mut *out, &document(rules))?;
                writeln!(out)
            }
            Self::Junit => junit(rules, out),
        }
    }
}

fn count(rules: &[TestedRule]) -> (u64, u64) {
    let examples = || rules.iter().flat_map(|rule| &rule.examples);
    (examples().count() as u64, examples().filter(|example| !example.holds()).count() as u64)
}

/// The mutants that no example noticed, each with the id of its rule.
fn unnoticed(rules: &[TestedRule]) -> impl Iterator<Item = (&str, &TestedMutant)> {
    let of_rules = rules.iter().flat_map(|rule| rule.mutants.iter().map(|mutant| (rule.rule.as_str(), mutant)));
    of_rules.filter(|(_, mutant)| mutant.noticed_by.is_none())
}

fn human(rules: &[TestedRule], out: &mut dyn Write) -> io::Result<()> {
    for rule in rules {
        for example in rule.examples.iter().filter(|example| !example.holds()) {
            writeln!(out, "{}", whole(&format!("{}: {}", rule.rule, example.title)))?;
            for failure in &example.failures {
                writeln!(out, "  {}", whole(&failure_text(failure, example)))?;
            }
        }
    }
    for (rule, mutant) in unnoticed(rules) {
        writeln!(out, "{}", whole(&format!("{rule}: no example notices that {}", mutant.change)))?;
    }
    writeln!(out, "{}", verdict_line(rules))
}

fn verdict_line(rules: &[TestedRule]) -> String {
    let word = TestVerdict::of_rules(rules).word().to_uppercase();
    let (examples, failing) = count(rules);
    let mut parts = vec![match (examples, failing) {
        (0, _) => "no rule was tested".to_owned(),
        (_, 0) => format!(
            "{} of {} hold in every form of input that can express them",
            plural(examples, "example"),
            plural(rules.len() as u64, "rule")
        ),
        _ => format!(
            "{failing} of {} {}",
            plural(examples, "example"),
            if failing == 1 { "does not hold" } else { "do not hold" }
        ),
    }];
    let mutants: usize = rules.iter().map(|rule| rule.mutants.len()).sum();
    if mutants > 0 {
        let noticed = mutants - unnoticed(rules).count();
        parts.push(format!("{noticed} of {} noticed", plural(mutants as u64, "mutant")));
    }
    format!("{word}: {}", parts.join("; "))
}

fn failure_text(failure: &ExampleFailure, example: &TestedExample) -> String {
    if failure.forms.len() == example.forms.len() || failure.forms.is_empty() {
        return failure.message.clone();
    }
    format!("{} (in {})", failure.message, form_words(&failure.forms).join(", "))
}

fn form_words(forms: &[ExampleForm]) -> Vec<&'static str> {
    forms.iter().map(|form| form.word()).collect()
}

fn document(rules: &[TestedRule]) -> Value {
    let failure = |one: &ExampleFailure| json!({ "message": one.message, "forms": form_words(&one.forms) });
    let example = |one: &TestedExample| {
        let failures: Vec<_> = one.failures.iter().map(failure).collect();
        json!({ "title": one.title, "holds": one.holds(), "forms": form_words(&one.forms), "failures": failures })
    };
    let mutant = |one: &TestedMutant| json!({ "change": one.change, "noticed_by": one.noticed_by });
    let rule = |one: &TestedRule| {
        let examples: Vec<_> = one.examples.iter().map(example).collect();
        let mutants: Vec<_> = one.mutants.iter().map(mutant).collect();
        json!({ "rule": one.rule, "examples": examples, "mutants": mutants })
    };
    let (examples, failing) = count(rules);
    json!({
        "schema": "rolecall.test/1",
        "tool": { "name": "rolecall", "version": VERSION },
        "verdict": TestVerdict::of_rules(rules).word(),
        "rules": rules.iter().map(rule).collect::<Vec<_>>(),
        "totals": {
            "rules": rules.len(),
            "examples": examples,
            "failing": failing,
            "mutants": rules.iter().map(|rule| rule.mutants.len()).sum::<usize>(),
            "unnoticed": unnoticed(rules).count(),
        },
    })
}

fn junit(rules: &[TestedRule], out: &mut dyn Write) -> io::Result<()> {
    let mut xml = Page::new(out);
    xml.fixed("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")?;
    let (tests, failures) = tests_and_failures(rules);
    let root = html! { testsuites name="rolecall test" tests=(tests) failures=(failures) time="0" {} };
    xml.around(root, |xml| {
        for rule in rules {
            let (tests, failures) = tests_and_failures(std::slice::from_ref(rule));
            let suite = html! { testsuite name=(rule.rule) tests=(tests) failures=(failures) time="0" {} };
            xml.around(suite, |xml| {
                for example in &rule.examples {
                    let failures = example.failures.iter().map(|failure| failure_text(failure, example));
                    xml.write(test_case(&rule.rule, &example.title, failures))?;
                }
                for mutant in &rule.mutants {
                    let failure = mutant.noticed_by.is_none().then(|| "no example notices it".to_owned());
                    xml.write(test_case(&rule.rule, &format!("mutant: {}", mutant.change), failure.into_iter()))?;
                }
                Ok(())
            })?;
        }
        Ok(())
    })
}

/// Examples and mutants are tests.
fn tests_and_failures(rules: &[TestedRule]) -> (u64, u64) {
    let (examples, failing) = count(rules);
    let mutants: usize = rules.iter().map(|rule| rule.mutants.len()).sum();
    (examples + mutants as u64, failing + unnoticed(rules).count() as u64)
}

fn test_case(rule: &str, name: &str, failures: impl Iterator<Item = String>) -> Markup {
    html! {
        testcase classname=(rule) name=(name) time="0" { @for failure in failures { failure message=(failure) {} } }
    }
}
