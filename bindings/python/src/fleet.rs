//! Reports of many tenants, merged to one verdict.

use std::path::{Path, PathBuf};

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use rolecall::cli::api;
use rolecall::fleet::{Fleet, TenantResult};
use rolecall::report::fleet::{FleetFormat, FleetReport, ReportLinks};
use serde_json::json;

use crate::guard::detached;

/// What many reports come to.
#[pyclass(frozen, module = "rolecall", name = "Fleet")]
pub struct MergedFleet {
    #[pyo3(get)]
    exit_code: u8,
    #[pyo3(get)]
    missing: Vec<String>,
    json: Vec<u8>,
}

/// A fleet as `merge --format json` writes it.
fn fleet_json(fleet: &Fleet) -> Vec<u8> {
    let mut json = Vec::new();
    let report = FleetReport::of_fleet(fleet, ReportLinks::default());
    FleetFormat::Json.write(&report, &mut json).expect("internal error: memory takes all");
    json
}

/// Merges reports and fleets, each with the name of its file, which is read if there are no bytes. `expected` are the
/// tenants that have to be there.
#[pyfunction]
#[pyo3(signature = (reports, expected=None))]
pub fn merge(
    py: Python<'_>,
    reports: Vec<(String, Option<Vec<u8>>)>,
    expected: Option<Vec<String>>,
) -> PyResult<MergedFleet> {
    detached(py, || {
        let mut fleet = expected.map(Fleet::expecting).unwrap_or_default();
        for (file, bytes) in reports {
            fleet.merge(match bytes {
                Some(bytes) => Fleet::read(&file, &bytes),
                None => api::read_report(Path::new(&file)),
            });
        }
        let conclusion = fleet.conclude();
        Ok(MergedFleet { exit_code: conclusion.exit, missing: conclusion.missing, json: fleet_json(&fleet) })
    })
}

/// The tenants that a list in CSV names.
#[pyfunction]
pub fn read_tenants(py: Python<'_>, path: PathBuf) -> PyResult<Vec<String>> {
    detached(py, || api::read_tenants(&path))
}

/// The fleet of one tenant that was not judged, and why.
#[pyfunction]
pub fn refused_tenant(tenant: &str, exit_code: u8, reason: &str) -> String {
    fleet_of_one(tenant, &TenantResult::without_report(exit_code, reason))
}

/// As much of `rolecall.fleet/1` as `merge` reads, in one line: there is one for each tenant of a table.
pub fn fleet_of_one(tenant: &str, result: &TenantResult) -> String {
    let mut one = json!(result);
    one["tenant"] = tenant.into();
    json!({ "schema": "rolecall.fleet/1", "tenants": [one], "missing": [], "expected": null }).to_string()
}

#[pymethods]
impl MergedFleet {
    /// `pass`, `fail` or `incomplete`; `internal` if a report could not be made because of a bug.
    #[getter]
    fn verdict(&self) -> &'static str {
        match self.exit_code {
            0 => "pass",
            1 => "fail",
            4 => "internal",
            _ => "incomplete",
        }
    }

    /// The bytes that the program writes with `rolecall merge --format json`.
    fn json<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.json)
    }

    fn __repr__(&self) -> String {
        format!("<rolecall.Fleet: {}>", self.verdict())
    }
}
