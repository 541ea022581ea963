//! What can be wrong with an input itself, before any rule applies.
//!
//! A reader returns what it could read *and* its faults; it never stops a run. The engine turns each fault
//! into a diagnostic of basis `input`. The texts here serve `rolecall explain` as well.

mod kinds;

use crate::error::ReadError;
use crate::source::Span;

pub use kinds::{FaultKind, Quotes};

/// One fault, as a reader reports it. The first label is where it is; the others belong to it.
///
/// Messages never quote a parser of someone else's: such texts can hold a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What kind.
    pub kind: FaultKind,
    /// One line, readable alone.
    pub message: String,
    /// The places, the one at fault first; empty if the whole input is meant.
    pub labels: Vec<SpanLabel>,
    /// A remedy better than the kind's own, as a sentence.
    pub remedy: Option<String>,
}

/// A span of the input at hand and what to say under it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpanLabel {
    /// Where.
    pub span: Span,
    /// Where the value is written, if the span only refers to it.
    pub defined: Option<Span>,
    /// A few words; may be empty.
    pub message: String,
}

impl SpanLabel {
    /// A label without words.
    #[must_use]
    pub const fn new(span: Span) -> Self {
        Self { span, defined: None, message: String::new() }
    }

    /// The same with words.
    #[must_use]
    pub fn with_message(mut self, message: impl Into<String>) -> Self {
        self.message = message.into();
        self
    }
}

impl From<ReadError> for Fault {
    fn from(error: ReadError) -> Self {
        let kind = if error.is_changed { FaultKind::InputChanged } else { FaultKind::InputUnreadable };
        Self { remedy: error.remedy.map(str::to_owned), ..Self::of_input(kind, error.reason) }
    }
}

impl Fault {
    /// A fault at one place.
    #[must_use]
    pub fn new(kind: FaultKind, span: Span, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), labels: vec![SpanLabel::new(span)], remedy: None }
    }

    /// A fault of the whole input.
    #[must_use]
    pub fn of_input(kind: FaultKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), labels: Vec::new(), remedy: None }
    }

    /// The same with a second place.
    #[must_use]
    pub fn and(mut self, span: Span, message: impl Into<String>) -> Self {
        self.labels.push(SpanLabel::new(span).with_message(message));
        self
    }

    /// The same with words under its first place.
    #[must_use]
    pub fn with_label(mut self, message: impl Into<String>) -> Self {
        if let Some(label) = self.labels.first_mut() {
            label.message = message.into();
        }
        self
    }

    /// The same with a better remedy.
    #[must_use]
    pub fn with_remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }
}
