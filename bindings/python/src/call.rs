//! A check as Python asks for it.

use std::ffi::OsString;
use std::path::PathBuf;

use pyo3::prelude::*;
use rolecall::cli::api::{self, CheckCall};

use crate::guard::detached;
use crate::report::Report;

/// Judges with the arguments of `rolecall check`.
#[pyfunction]
#[pyo3(signature = (arguments, inputs=None, config=None, tenant=None))]
pub fn check(
    py: Python<'_>,
    arguments: Vec<OsString>,
    inputs: Option<Vec<(String, Vec<u8>)>>,
    config: Option<(String, String)>,
    tenant: Option<String>,
) -> PyResult<Report> {
    detached(py, || Ok(Report::new(api::check(CheckCall { arguments, inputs, config, tenant })?)))
}

/// The name and the text of a config, if it can be used.
#[pyfunction]
pub fn read_config(py: Python<'_>, path: PathBuf) -> PyResult<(String, String)> {
    detached(py, || api::read_config(path))
}
