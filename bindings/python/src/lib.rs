//! rolecall for Python: checks by the library of the program, results as Arrow streams.
//!
//! It only translates. What a check is, and every word of a report, comes from `rolecall::cli::api`.

mod call;
mod cells;
mod fleet;
mod guard;
mod partial;
mod report;
mod rows;
mod tables;

use pyo3::prelude::*;

/// The native part of the module `rolecall`.
#[pymodule(name = "_native")]
mod native {
    use super::*;

    #[pymodule_export]
    use call::{check, read_config};
    #[pymodule_export]
    use fleet::{MergedFleet, merge, read_tenants, refused_tenant};
    #[pymodule_export]
    use guard::{InternalError, UsageError, panic_with};
    #[pymodule_export]
    use partial::PartialRows;
    #[pymodule_export]
    use report::Report;
    #[pymodule_export]
    use tables::Table;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        guard::silence_panics();
        module.add("VERSION", rolecall::report::VERSION)
    }
}
