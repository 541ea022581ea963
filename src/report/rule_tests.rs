//! How the examples of rules ended: `rolecall test`.

use std::io::{self, Write};

use maud::html;
use serde_json::{Value, json};

use super::page::Page;
use super::{VERSION, ledger::plural};
use crate::diagnostic::visible::whole;
use crate::diagnostic::words::words;
use crate::rule_test::{ExampleFailure, ExampleForm, TestedExample, TestedRule};

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
    /// Every example holds.
    Pass,
    /// One does not.
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
            (_, 0) => Self::Pass,
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

fn human(rules: &[TestedRule], out: &mut dyn Write) -> io::Result<()> {
    for rule in rules {
        for example in rule.examples.iter().filter(|example| !example.holds()) {
            writeln!(out, "{}", whole(&format!("{}: {}", rule.rule, example.title)))?;
            for failure in &example.failures {
                writeln!(out, "  {}", whole(&failure_text(failure, example)))?;
            }
        }
    }
    let is_empty = rules.is_empty();
    let ((examples, failing), rules) = (count(rules), plural(rules.len() as u64, "rule"));
    let examples = plural(examples, "example");
    match failing {
        0 if is_empty => writeln!(out, "NOTHING: no rule was tested"),
        0 => writeln!(out, "PASS: {examples} of {rules} hold in every form of input that can express them"),
        _ => writeln!(
            out,
            "FAIL: {failing} of {examples} of {rules} {}",
            if failing == 1 { "does not hold" } else { "do not hold" }
        ),
    }
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
    let rule = |one: &TestedRule| json!({ "rule": one.rule, "examples": one.examples.iter().map(example).collect::<Vec<_>>() });
    let (examples, failing) = count(rules);
    json!({
        "schema": "rolecall.test/1",
        "tool": { "name": "rolecall", "version": VERSION },
        "verdict": TestVerdict::of_rules(rules).word(),
        "rules": rules.iter().map(rule).collect::<Vec<_>>(),
        "totals": { "rules": rules.len(), "examples": examples, "failing": failing },
    })
}

fn junit(rules: &[TestedRule], out: &mut dyn Write) -> io::Result<()> {
    let (examples, failing) = count(rules);
    let mut xml = Page::new(out);
    xml.fixed("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")?;
    let root = html! { testsuites name="rolecall test" tests=(examples) failures=(failing) time="0" {} };
    xml.around(root, |xml| {
        for rule in rules {
            let (examples, failing) = count(std::slice::from_ref(rule));
            let suite = html! { testsuite name=(rule.rule) tests=(examples) failures=(failing) time="0" {} };
            xml.around(suite, |xml| {
                rule.examples.iter().try_for_each(|example| {
                    xml.write(html! {
                        testcase classname=(rule.rule) name=(example.title) time="0" {
                            @for failure in &example.failures { failure message=(failure_text(failure, example)) {} }
                        }
                    })
                })
            })?;
        }
        Ok(())
    })
}
