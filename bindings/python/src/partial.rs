//! Rows that are judged once all of them are together.

use std::ffi::OsString;

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use pyo3_arrow::input::AnyRecordBatch;
use rolecall::cli::api::{self, CheckCall};
use rolecall::diagnostic::usage::UsageError;

use crate::guard::detached;
use crate::report::Report;
use crate::rows::Rows;

/// The name of the table in reports.
const NAME: &str = "rows";

/// Rows that were observed, to merge with others.
#[pyclass(module = "rolecall")]
pub struct PartialRows(Rows);

fn refusal(message: String) -> Vec<UsageError> {
    vec![UsageError::new(message)]
}

#[pymethods]
impl PartialRows {
    #[new]
    fn new(settings: String) -> Self {
        Self(Rows::new(settings))
    }

    /// What `bytes` of another process gave.
    #[staticmethod]
    fn from_bytes(py: Python<'_>, bytes: &[u8]) -> PyResult<Self> {
        detached(py, || Rows::of_bytes(bytes).map(Self).map_err(refusal))
    }

    #[getter]
    fn settings(&self) -> &str {
        &self.0.settings
    }

    /// Adds the rows of a record batch or a table.
    fn observe(&mut self, py: Python<'_>, batch: AnyRecordBatch) -> PyResult<()> {
        let (reader, rows) = (batch.into_reader()?, &mut self.0);
        detached(py, move || {
            let batches = reader.collect::<Result<Vec<_>, _>>();
            // What Arrow says may quote a cell.
            let batches = batches.map_err(|_| refusal("the stream of batches breaks off with an error".to_owned()))?;
            rows.observe(&batches).map_err(refusal)
        })
    }

    /// Adds the rows of another.
    fn merge(&mut self, py: Python<'_>, other: &Self) -> PyResult<()> {
        let (rows, other) = (&mut self.0, other.0.clone());
        detached(py, move || rows.merge(other).map_err(refusal))
    }

    /// Everything, to travel.
    fn bytes<'py>(&mut self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let bytes = detached(py, || Ok(self.0.encode()))?;
        Ok(PyBytes::new(py, &bytes))
    }

    /// Judges all rows.
    fn conclude(
        &self,
        py: Python<'_>,
        mut arguments: Vec<OsString>,
        config: Option<(String, String)>,
        tenant: Option<String>,
    ) -> PyResult<Report> {
        detached(py, move || {
            let table = self.0.to_csv().map_err(refusal)?;
            arguments.push("--input-format=csv".into());
            let inputs = Some(vec![(NAME.to_owned(), table)]);
            let mut checked = api::check(CheckCall { arguments, inputs, config, tenant })?;
            checked.forget_places();
            Ok(Report::of_rows(checked))
        })
    }

    fn __len__(&self) -> usize {
        self.0.len()
    }
}
