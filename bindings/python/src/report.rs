//! What came of a check.

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use rolecall::cli::api::CheckedRuns;
use rolecall::diagnostic::Verdict;
use rolecall::engine::Run;

use crate::tables::{self, Table};

/// The report of one run, or of the tenants of a project.
#[pyclass(frozen, module = "rolecall")]
pub struct Report {
    checked: CheckedRuns,
    json: Vec<u8>,
    /// Its accounts come from rows without numbers.
    is_of_rows: bool,
}

impl Report {
    pub fn new(checked: CheckedRuns) -> Self {
        let json = checked.json().expect("internal error: memory takes all");
        Self { checked, json, is_of_rows: false }
    }

    /// Of rows, which have no places and no numbers.
    pub fn of_rows(checked: CheckedRuns) -> Self {
        Self { is_of_rows: true, ..Self::new(checked) }
    }

    fn runs(&self) -> &[Run] {
        &self.checked.runs
    }

    fn worst(&self) -> Verdict {
        self.runs().iter().map(|run| run.verdict).max().unwrap_or(Verdict::Incomplete)
    }
}

#[pymethods]
impl Report {
    /// `pass`, `fail` or `incomplete`.
    #[getter]
    fn verdict(&self) -> &'static str {
        self.worst().word()
    }

    /// The exit code of the program.
    #[getter]
    fn exit_code(&self) -> u8 {
        self.worst().exit_code()
    }

    /// One row a finding.
    #[getter]
    fn findings(&self) -> Table {
        tables::findings(self.runs(), self.is_of_rows)
    }

    /// One row a rule, with how it ended.
    #[getter]
    fn outcomes(&self) -> Table {
        tables::outcomes(self.runs())
    }

    /// One row a run, with what was read and what was not judged.
    #[getter]
    fn ledger(&self) -> Table {
        tables::ledger(self.runs(), &self.json)
    }

    /// The bytes that the program writes with `--format json`.
    fn json<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.json)
    }

    fn __repr__(&self) -> String {
        let findings: usize = self.runs().iter().map(|run| run.diagnostics.len()).sum();
        format!("<rolecall.Report: {}, {findings} findings>", self.verdict())
    }
}
