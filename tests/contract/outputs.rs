//! Reports in every form, by the built binary: each tells the verdict and all that was not judged, none can be made
//! to say something else by the text of an input, and none shows a name that was to be replaced.
//!
//! Written from the promise; nothing of the library is used. What each form's own readers make of a report (schemas,
//! a browser) is asked in `.ci/run`.

mod cells;
mod files;
mod fingerprints;
mod forms;
mod identities;
mod injection;
mod limits;
