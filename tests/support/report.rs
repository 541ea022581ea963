//! Reports as their readers see them: the JSON of a check or of a capacity run, and a check in every form.

use std::fmt;
use std::ops::Deref;

use rolecall::report::ReportFormat;
use serde_json::Value;

/// A JSON report, read by its published shape.
#[derive(Debug)]
pub struct Report(pub Value);

impl Deref for Report {
    type Target = Value;

    fn deref(&self) -> &Value {
        &self.0
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Report {
    pub fn verdict(&self) -> &str {
        self["verdict"].as_str().unwrap_or("(none)")
    }

    pub fn diagnostics(&self) -> &[Value] {
        self["diagnostics"].as_array().map_or(&[], Vec::as_slice)
    }

    /// The diagnostics that a run can fail on: all above a note.
    pub fn above_notes(&self) -> Vec<&Value> {
        self.diagnostics().iter().filter(|one| one["severity"] != "note").collect()
    }

    /// The diagnostics of one rule.
    pub fn by_rule(&self, rule: &str) -> Vec<&Value> {
        self.diagnostics().iter().filter(|one| one["rule"] == rule).collect()
    }

    /// The findings about the input itself.
    pub fn faults(&self) -> Vec<&Value> {
        self.diagnostics().iter().filter(|one| one["basis"] == "input").collect()
    }

    /// How a rule ended for the run.
    pub fn outcome(&self, rule: &str) -> &str {
        self.outcome_entry(rule)["outcome"].as_str().unwrap_or("(none)")
    }

    pub fn outcome_entry(&self, rule: &str) -> &Value {
        self.entry("outcomes", "rule", rule)
    }

    /// The seats of one licence, of a check.
    pub fn seats(&self, license: &str) -> &Value {
        self.entry("seats", "license", license)
    }

    /// A licence of a capacity report.
    pub fn license(&self, name: &str) -> &Value {
        self.entry("licenses", "license", name)
    }

    pub fn holes(&self) -> &[Value] {
        self["ledger"]["holes"].as_array().map_or(&[], Vec::as_slice)
    }

    fn entry(&self, list: &str, key: &str, value: &str) -> &Value {
        let all = self[list].as_array().map_or(&[][..], Vec::as_slice);
        all.iter().find(|one| one[key] == value).unwrap_or(&Value::Null)
    }
}

/// The steps of a licence as `day used/owned`.
pub fn steps(license: &Value) -> Vec<String> {
    let step = |step: &Value| format!("{} {}/{}", step["on"].as_str().unwrap(), step["used"], step["owned"]);
    license["steps"].as_array().unwrap().iter().map(step).collect()
}

/// The one primary label of a diagnostic.
pub fn primary(diagnostic: &Value) -> Result<&Value, String> {
    let labels = diagnostic["labels"].as_array().ok_or("no labels")?;
    let mut primaries = labels.iter().filter(|label| label["primary"] == true);
    match (primaries.next(), primaries.next()) {
        (Some(label), None) => Ok(label),
        _ => Err(format!("not exactly one primary label: {diagnostic}")),
    }
}

/// The labels beside the primary one.
pub fn secondaries(diagnostic: &Value) -> Vec<&Value> {
    let labels = diagnostic["labels"].as_array().map_or(&[][..], Vec::as_slice);
    labels.iter().filter(|label| label["primary"] != true).collect()
}

/// The bytes that a label covers.
pub fn bytes(label: &Value) -> Option<std::ops::Range<usize>> {
    let at = |end: &str| label[end]["byte"].as_u64().and_then(|byte| usize::try_from(byte).ok());
    Some(at("start")?..at("end")?)
}

/// One check in every form of the report.
#[derive(Debug, PartialEq, Eq)]
pub struct Forms(pub Vec<(&'static str, String)>);

impl Forms {
    /// The names of all forms.
    pub fn names() -> Vec<&'static str> {
        ReportFormat::ALL.iter().map(|format| format.word()).collect()
    }

    /// The text of one form.
    pub fn text(&self, format: &str) -> &str {
        &self.0.iter().find(|(name, _)| *name == format).unwrap().1
    }

    /// A form that is one JSON value.
    pub fn json(&self, format: &str) -> Value {
        serde_json::from_str(self.text(format)).unwrap_or_else(|why| panic!("{format}: {why}"))
    }

    /// The rows of the CSV form without its header.
    pub fn rows(&self) -> Vec<csv::StringRecord> {
        csv::Reader::from_reader(self.text("csv").as_bytes())
            .into_records()
            .map(|row| row.expect("it is CSV"))
            .collect()
    }
}
