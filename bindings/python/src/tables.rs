//! The tables of a report, and their way to Python: an Arrow stream that others take without a copy.

use std::sync::Arc;

use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray, StructArray};
use arrow_schema::{DataType, Field, Schema};
use pyo3::prelude::*;
use pyo3::types::PyCapsule;
use pyo3_arrow::error::PyArrowResult;
use pyo3_arrow::ffi::{ArrayIterator, to_schema_pycapsule, to_stream_pycapsule};
use rolecall::diagnostic::Diagnostic;
use rolecall::diagnostic::fingerprint::sha256;
use rolecall::engine::Run;
use rolecall::fleet::{ReportFile, TenantResult};

use crate::fleet::fleet_of_one;

/// A table that gives itself away as an Arrow stream.
#[pyclass(frozen, module = "rolecall")]
pub struct Table(RecordBatch);

#[pymethods]
impl Table {
    /// The stream that pyarrow, Polars, DuckDB and pandas read.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyCapsule>>,
    ) -> PyArrowResult<Bound<'py, PyCapsule>> {
        let field = Field::new_struct("", self.0.schema_ref().fields().clone(), false);
        let array: ArrayRef = Arc::new(StructArray::from(self.0.clone()));
        to_stream_pycapsule(py, Box::new(ArrayIterator::new([Ok(array)], Arc::new(field))), requested_schema)
    }

    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyArrowResult<Bound<'py, PyCapsule>> {
        to_schema_pycapsule(py, self.0.schema_ref().as_ref())
    }

    /// The names of its columns.
    #[getter]
    fn column_names(&self) -> Vec<String> {
        self.0.schema_ref().fields().iter().map(|field| field.name().clone()).collect()
    }

    fn __len__(&self) -> usize {
        self.0.num_rows()
    }

    fn __repr__(&self) -> String {
        format!("<rolecall.Table: {} rows of {}>", self.0.num_rows(), self.column_names().join(", "))
    }
}

/// A table being written, column by column.
#[derive(Default)]
struct Columns {
    fields: Vec<Field>,
    arrays: Vec<ArrayRef>,
}

impl Columns {
    fn text<T: AsRef<str>>(mut self, name: &str, cells: impl Iterator<Item = Option<T>>) -> Self {
        self.fields.push(Field::new(name, DataType::Utf8, true));
        self.arrays.push(Arc::new(cells.collect::<StringArray>()));
        self
    }

    /// Numbers are signed: Spark knows no other.
    fn number(mut self, name: &str, cells: impl Iterator<Item = Option<u64>>) -> Self {
        let signed = |cell: Option<u64>| cell.map(|number| i64::try_from(number).unwrap_or(i64::MAX));
        self.fields.push(Field::new(name, DataType::Int64, true));
        self.arrays.push(Arc::new(cells.map(signed).collect::<Int64Array>()));
        self
    }

    fn table(self) -> Table {
        let batch = RecordBatch::try_new(Arc::new(Schema::new(self.fields)), self.arrays);
        Table(batch.expect("internal error: all columns have the same rows"))
    }
}

/// A finding and the run that it is of.
type Row<'r> = (&'r Run, &'r Diagnostic);

/// The tenant as reports name it: its label, else what the inputs say.
fn tenant(run: &Run) -> Option<&str> {
    run.ledger.tenant.as_deref().or(run.tenant.as_deref())
}

/// A row for each finding. Rows of a batch have numbers that mean nothing, so they are left out.
pub fn findings(runs: &[Run], is_of_rows: bool) -> Table {
    let rows: Vec<Row<'_>> =
        runs.iter().flat_map(|run| run.diagnostics.iter().map(move |diagnostic| (run, diagnostic))).collect();
    let place = |row: &Row<'_>| row.1.labels.first().cloned();
    // In a workbook bytes and columns count in no text that a reader has.
    let in_text = |row: &Row<'_>| place(row).filter(|label| label.cell.is_none()).map(|label| label.start);
    let file =
        |row: &Row<'_>| place(row).map(|label| label.file).or(row.1.subject.as_ref().map(|one| one.file.clone()));
    let number = |row: &Row<'_>| row.1.subject.as_ref().filter(|_| !is_of_rows).map(|subject| subject.number);
    let found = |row: &Row<'_>| row.1.identification.clone();
    let cell = |row: &Row<'_>| place(row).and_then(|label| label.cell);
    Columns::default()
        .text("tenant", rows.iter().map(|row| tenant(row.0)))
        .text("file", rows.iter().map(file))
        .number("record", rows.iter().map(number))
        .text("key", rows.iter().map(|row| row.1.subject.as_ref().map(|subject| &subject.key)))
        .text("rule", rows.iter().map(|row| Some(&row.1.rule)))
        .text("severity", rows.iter().map(|row| Some(row.1.severity.word())))
        .text("outcome", rows.iter().map(|row| Some(row.1.outcome().word())))
        .text("identity", rows.iter().map(|row| found(row).and_then(|one| one.identity())))
        .text("state", rows.iter().map(|row| found(row).and_then(|one| one.state())))
        .text("message", rows.iter().map(|row| Some(&row.1.message)))
        .number("start_byte", rows.iter().map(|row| in_text(row).map(|start| start.byte)))
        .number("line", rows.iter().map(|row| place(row).map(|label| label.start.line)))
        .number("column", rows.iter().map(|row| in_text(row).map(|start| start.column)))
        .text("sheet", rows.iter().map(|row| cell(row).map(|cell| cell.sheet)))
        .text("cell", rows.iter().map(|row| cell(row).map(|cell| cell.cell)))
        .table()
}

pub fn outcomes(runs: &[Run]) -> Table {
    let rows: Vec<_> = runs.iter().flat_map(|run| run.outcomes.iter().map(move |outcome| (run, outcome))).collect();
    Columns::default()
        .text("tenant", rows.iter().map(|(run, _)| tenant(run)))
        .text("rule", rows.iter().map(|(_, one)| Some(&one.rule)))
        .text("outcome", rows.iter().map(|(_, one)| Some(one.outcome.word())))
        .number("judged", rows.iter().map(|(_, one)| Some(one.judged)))
        .number("failed", rows.iter().map(|(_, one)| Some(one.failed)))
        .text("reason", rows.iter().map(|(_, one)| one.reason.as_ref()))
        .table()
}

/// A row for each run, and in it a fleet of its tenant alone, which `merge` takes.
pub fn ledger(runs: &[Run], json: &[u8]) -> Table {
    let result = |run: &Run| {
        let file = format!("{}.json", tenant(run).unwrap_or("report"));
        TenantResult::of_run(run, Some(ReportFile { file, sha256: sha256(json) }))
    };
    let rows: Vec<(&Run, TenantResult)> = runs.iter().map(|run| (run, result(run))).collect();
    let fleet = |(run, result): &(&Run, TenantResult)| Some(fleet_of_one(tenant(run).unwrap_or("report"), result));
    Columns::default()
        .text("tenant", rows.iter().map(|(run, _)| tenant(run)))
        .text("verdict", rows.iter().map(|(_, one)| Some(one.verdict.word())))
        .text("as_of", rows.iter().map(|(run, _)| Some(run.as_of.to_string())))
        .text("version", rows.iter().map(|_| Some(rolecall::report::VERSION)))
        .number("inputs", rows.iter().map(|(run, _)| Some(run.ledger.inputs.len() as u64)))
        .number("records", rows.iter().map(|(_, one)| Some(one.records)))
        .number("judged", rows.iter().map(|(_, one)| Some(one.judged)))
        .number("holes", rows.iter().map(|(_, one)| Some(one.holes)))
        .number("errors", rows.iter().map(|(_, one)| Some(one.findings.error)))
        .number("warnings", rows.iter().map(|(_, one)| Some(one.findings.warning)))
        .number("notes", rows.iter().map(|(_, one)| Some(one.findings.note)))
        .number("waived", rows.iter().map(|(_, one)| Some(one.findings.waived)))
        .number("baselined", rows.iter().map(|(_, one)| Some(one.findings.baselined)))
        .text("reason", rows.iter().map(|(_, one)| one.reason.as_ref()))
        .text("fleet", rows.iter().map(fleet))
        .table()
}
