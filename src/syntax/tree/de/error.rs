//! What can be wrong with a value that a struct of ours is filled from.
//!
//! serde's own texts quote values and the names of Rust types; none of them is passed on. What a
//! `Deserialize` of somebody else says is dropped for the same reason. Code of ours that has something to say
//! wraps it in [`SafeMessage`].

use std::fmt;

use serde::de::{self, Expected, Unexpected};

use super::super::Node;
use super::super::keys::{nearest, quoted};
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::source::Span;

/// Marks a text as ours.
const OURS: char = '\u{1}';

/// The words of an error of ours, for `serde::de::Error::custom`: they are shown, so they must hold no value.
pub struct SafeMessage<'a>(pub &'a str);

impl fmt::Display for SafeMessage<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{OURS}{}", self.0)
    }
}

/// A fault that was found while a struct was filled. Its `Display` is the message alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeError {
    kind: FaultKind,
    message: String,
    remedy: Option<String>,
    span: Option<Span>,
    defined: Option<Span>,
}

impl DeError {
    pub(super) fn shape(message: impl Into<String>) -> Self {
        Self { kind: FaultKind::ShapeInvalid, message: message.into(), remedy: None, span: None, defined: None }
    }

    /// Where it is.
    #[must_use]
    pub fn span(&self) -> Option<Span> {
        self.span
    }

    /// The fault it amounts to.
    #[must_use]
    pub fn into_fault(self) -> Fault {
        let fault = match self.span {
            Some(span) => Fault::new(self.kind, span, self.message),
            None => Fault::of_input(self.kind, self.message),
        };
        let fault = match self.defined {
            Some(defined) => fault.and(defined, "defined here"),
            None => fault,
        };
        match self.remedy {
            Some(remedy) => fault.with_remedy(remedy),
            None => fault,
        }
    }

    /// The same at a node, unless its place is known already.
    pub(super) fn at(self, node: Node<'_>) -> Self {
        if self.span.is_some() { self } else { Self { span: Some(node.span()), defined: node.defined(), ..self } }
    }

    /// The same where a node begins.
    pub(super) fn at_start(self, node: Node<'_>) -> Self {
        if self.span.is_some() { self } else { Self { span: Some(node.start()), defined: node.defined(), ..self } }
    }

    pub(super) fn at_place(self, place: Span) -> Self {
        if self.span.is_some() { self } else { Self { span: Some(place), ..self } }
    }

    /// The same with a key shown, where an unknown word turned out to be one.
    pub(super) fn naming_key(self, key: &str) -> Self {
        Self { kind: FaultKind::KeyUnknown, message: format!("unknown key {}", quoted(key)), ..self }
    }
}

impl fmt::Display for DeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for DeError {}

impl de::Error for DeError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        let message = message.to_string();
        Self::shape(message.strip_prefix(OURS).unwrap_or("a value that is not allowed here"))
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::shape(format!("expected {}, found {}", expected_words(expected), found_word(&found)))
    }

    fn invalid_value(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::shape(format!("expected {}", expected_words(expected)))
    }

    fn invalid_length(length: usize, expected: &dyn Expected) -> Self {
        Self::shape(format!("expected {}, found {length} items", expected_words(expected)))
    }

    fn unknown_variant(given: &str, expected: &'static [&'static str]) -> Self {
        Self { remedy: suggestion(given, expected), ..Self::shape(format!("expected {}", one_of(expected))) }
    }

    fn unknown_field(given: &str, expected: &'static [&'static str]) -> Self {
        Self { remedy: suggestion(given, expected), ..Self::shape("") }.naming_key(given)
    }

    fn missing_field(field: &'static str) -> Self {
        Self::shape(format!("the key {} is missing", quoted(field)))
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::shape(format!("the key {} is given twice", quoted(field)))
    }
}

/// The sentence that names the word that was probably meant.
fn suggestion(given: &str, known: &[&str]) -> Option<String> {
    nearest(given, known.iter().copied()).map(|meant| format!("Did you mean {}?", quoted(meant)))
}

fn one_of(words: &[&str]) -> String {
    let quoted: Vec<_> = words.iter().map(|found_word| quoted(found_word)).collect();
    if quoted.len() == 1 { quoted.concat() } else { format!("one of {}", quoted.join(", ")) }
}

/// What a visitor waits for, in words for people: serde and its derive name Rust types.
pub(super) fn expected_words(expected: &dyn Expected) -> String {
    let text = expected.to_string();
    let first = text.split(' ').next().unwrap_or_default();
    let plain = match (text.as_str(), first) {
        ("a map" | "map", _) | (_, "struct") => "a mapping",
        ("a sequence" | "sequence", _) | (_, "tuple") => "a list",
        ("a boolean", _) => "a boolean",
        ("a string" | "a borrowed string" | "a character", _) => "a string",
        ("unit", _) => "nothing",
        ("i8", _) => "a whole number from -128 to 127",
        ("i16", _) => "a whole number from -32768 to 32767",
        ("u8", _) => "a whole number from 0 to 255",
        ("u16", _) => "a whole number from 0 to 65535",
        ("u32", _) => "a whole number from 0 to 4294967295",
        ("u64" | "usize" | "u128", _) => "a whole number that is not negative",
        ("i32" | "i64" | "isize" | "i128", _) => "a whole number",
        ("f32" | "f64", _) => "a number",
        (_, "enum") => "a word or a mapping with one key",
        (_, "variant") => "another word",
        (_, "field") => "a key",
        _ => return text,
    };
    plain.to_owned()
}

fn found_word(found: &Unexpected<'_>) -> &'static str {
    match found {
        Unexpected::Bool(_) => "a boolean",
        Unexpected::Unsigned(_) | Unexpected::Signed(_) | Unexpected::Float(_) => "a number",
        Unexpected::Char(_) | Unexpected::Str(_) | Unexpected::Bytes(_) => "a string",
        Unexpected::Unit | Unexpected::Option => "null",
        Unexpected::Seq => "a list",
        Unexpected::Map | Unexpected::StructVariant => "a mapping",
        _ => "something else",
    }
}
