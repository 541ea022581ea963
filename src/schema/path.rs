//! What a schema finds wrong, and the way to it.

use serde_json::Value;

use crate::diagnostic::fault::Fault;

/// One step from a value to one inside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PathStep {
    /// Into a mapping.
    Key(String),
    /// Into a list, counted from 0.
    Index(usize),
}

/// A fault and the way from the checked node to the value it is about, even if that is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaFault {
    /// The way to the value.
    pub pointer: Vec<PathStep>,
    /// What is wrong, and where.
    pub fault: Fault,
    /// What the schema takes there: the number that a text spells, else every value of an enumeration, else the first
    /// example.
    pub examples: Vec<Value>,
}
