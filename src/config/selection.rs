//! How the inputs of a run were chosen: whose they are, and what on the way to them was left aside or went wrong.

use crate::diagnostic::fault::Fault;

/// The choice of a run's inputs.
#[derive(Clone, Debug, Default)]
pub struct InputSelection {
    /// The tenant's label in the project file, if it has one.
    pub tenant: Option<String>,
    /// What leaves something unjudged.
    pub faults: Vec<Fault>,
    /// What is worth knowing and leaves nothing unjudged.
    pub notes: Vec<Fault>,
    /// What was named and is not a plan.
    pub left_alone: Vec<LeftAlone>,
}

/// Files that were named, or lie in a folder that was, and are not plans.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftAlone {
    /// The file or the folder, as typed.
    pub path: String,
    /// How many files.
    pub files: u64,
}
