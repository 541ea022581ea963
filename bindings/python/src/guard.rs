//! Errors for Python: of usage, and of a broken invariant, which must not end the process.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};

use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use rolecall::diagnostic::usage::UsageError as Refusal;

pyo3::create_exception!(
    rolecall,
    UsageError,
    PyValueError,
    "An option or the config is wrong, so nothing was judged: exit code 2 of the program."
);
pyo3::create_exception!(
    rolecall,
    InternalError,
    PyRuntimeError,
    "A bug in rolecall, so nothing was judged: exit code 4 of the program."
);

thread_local! {
    /// Where this thread panicked last.
    static PLACE: Cell<Option<String>> = const { Cell::new(None) };
}

/// Prints nothing of a panic: its text can quote what was being read, which may be a password.
pub fn silence_panics() {
    panic::set_hook(Box::new(|panic| {
        PLACE.set(panic.location().map(|place| format!(" at {}:{}", place.file(), place.line())));
    }));
}

/// Works without Python's lock. A panic becomes an exception that names only its place.
pub fn detached<T: Send>(py: Python<'_>, work: impl FnOnce() -> Result<T, Vec<Refusal>> + Send) -> PyResult<T> {
    match py.detach(|| panic::catch_unwind(AssertUnwindSafe(work)).map_err(|_| PLACE.take())) {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(errors)) => Err(UsageError::new_err(errors.iter().map(text).collect::<Vec<_>>().join("\n"))),
        Err(place) => {
            let place = place.unwrap_or_default();
            Err(InternalError::new_err(format!("rolecall: internal error{place}; please report it")))
        }
    }
}

/// An error of usage in one or two lines: what is wrong with its place, and what to do.
fn text(error: &Refusal) -> String {
    let place = error.labels.first().map(|label| format!(" ({}:{})", label.file, label.start.line));
    let remedy = error.remedy.as_ref().map(|remedy| format!("\n  {remedy}"));
    [Some(error.message.clone()), place, remedy].into_iter().flatten().collect()
}

/// Panics with a text, for the test that no text of a panic is shown.
#[pyfunction(name = "_panic")]
pub fn panic_with(py: Python<'_>, text: String) -> PyResult<()> {
    detached(py, || panic!("{text}"))
}
