//! The JSON report, read by its published shape. It judges nothing.

use serde_json::Value;

/// A whole report.
pub struct Report(pub Value);

impl Report {
    pub fn verdict(&self) -> &str {
        self.0["verdict"].as_str().unwrap_or("(none)")
    }

    pub fn diagnostics(&self) -> &[Value] {
        self.0["diagnostics"].as_array().map_or(&[], Vec::as_slice)
    }

    /// The diagnostics that a run can fail on: all above a note.
    pub fn loud(&self) -> Vec<&Value> {
        self.diagnostics().iter().filter(|one| one["severity"] != "note").collect()
    }

    /// The diagnostics of one rule.
    pub fn of(&self, rule: &str) -> Vec<&Value> {
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
        let all = self.0["outcomes"].as_array().map_or(&[][..], Vec::as_slice);
        all.iter().find(|one| one["rule"] == rule).unwrap_or(&Value::Null)
    }

    /// The seats of one licence.
    pub fn seats(&self, license: &str) -> &Value {
        let all = self.0["seats"].as_array().map_or(&[][..], Vec::as_slice);
        all.iter().find(|one| one["license"] == license).unwrap_or(&Value::Null)
    }

    pub fn holes(&self) -> &[Value] {
        self.0["ledger"]["holes"].as_array().map_or(&[], Vec::as_slice)
    }
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
