//! Inputs on their way to being read: what can be streamed is, documents are taken whole, plans are parsed.

use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::NamedInput;
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::diagnostic::fingerprint::hex;
use crate::error::ReadError;
use crate::read::encoding::{Encoding, to_utf8};
use crate::read::json::{DocumentShape, is_large_list, shape};
use crate::read::plan::{Plan, parse};
use crate::read::{Document, Format, Input, MAX_DOCUMENT_BYTES, MAX_PLAN_BYTES, read_document};
use crate::source::InputId;
use crate::source::file::Source;

/// An input and what it turned out to be.
pub struct Loaded {
    /// Its number in the run.
    pub id: InputId,
    /// Its path as typed.
    pub name: Arc<str>,
    /// Its format, where that could be told.
    pub format: Option<Format>,
    /// What it is.
    pub body: Body,
    input: Option<Input>,
}

/// What an input turned out to be.
pub enum Body {
    /// A table, to be streamed.
    Table,
    /// One document a line, to be streamed.
    Lines,
    /// A workbook, to be streamed.
    Workbook,
    /// A document of the API that is a large list, to be streamed if that can be done.
    LargeList,
    /// A document of the API, in memory.
    Persons(Document, DocumentShape),
    /// A plan.
    Plan(Box<Plan>),
    /// Nothing that can be read. Places lie in the text, where there is one.
    Bad(Vec<Fault>, Option<Document>),
}

impl Loaded {
    /// The opened input.
    #[must_use]
    pub const fn input(&self) -> Option<&Input> {
        self.input.as_ref()
    }
}

/// Loads every input.
pub fn all(named: Vec<NamedInput>, encoding: Option<Encoding>) -> Vec<Loaded> {
    let number = |at: usize| InputId(u16::try_from(at).expect("internal error: more inputs than can be numbered"));
    named.into_iter().enumerate().map(|(at, named)| one(named, number(at), encoding)).collect()
}

fn one(named: NamedInput, id: InputId, declared: Option<Encoding>) -> Loaded {
    let NamedInput { name, format, opened } = named;
    let name: Arc<str> = name.into();
    let bad = |faults| Loaded { id, name: name.clone(), format, body: Body::Bad(faults, None), input: None };
    let source = match opened {
        Ok(source) => source,
        Err(error) => return bad(vec![error.into()]),
    };
    let Some(known) = format else {
        let message = "the name does not say which format this is";
        return bad(vec![Fault::of_input(FaultKind::FormatUnknown, message)]);
    };
    // The texts of a workbook tell their encoding themselves.
    let (source, told) = if known == Format::Xlsx { (source, Ok(Encoding::Utf8)) } else { to_utf8(source, declared) };
    let (body, encoding) = match told {
        Ok(encoding) => (body(&source, known), encoding),
        Err(fault) => (Body::Bad(vec![fault], None), Encoding::Utf8),
    };
    Loaded { id, name: name.clone(), format, body, input: Some(Input { id, name, format: known, source, encoding }) }
}

fn body(source: &Source, format: Format) -> Body {
    match format {
        Format::Csv => return Body::Table,
        Format::Jsonl => return Body::Lines,
        Format::Xlsx => return Body::Workbook,
        Format::Json if is_large_list(source) => return Body::LargeList,
        Format::Json | Format::Yaml | Format::Toml => {}
    }
    let most = if format == Format::Json { MAX_DOCUMENT_BYTES } else { MAX_PLAN_BYTES };
    let document = match read_document(source, most) {
        Ok(document) => document,
        Err(fault) => return Body::Bad(vec![fault], None),
    };
    if format == Format::Json {
        return match shape(&document.text, document.base) {
            Ok(DocumentShape::Plan) => plan(document, format),
            Ok(shape) => Body::Persons(document, shape),
            Err(fault) => Body::Bad(vec![fault], Some(document)),
        };
    }
    plan(document, format)
}

fn plan(document: Document, format: Format) -> Body {
    if document.text.len() as u64 > MAX_PLAN_BYTES {
        let message = format!("the plan is larger than {} MiB", MAX_PLAN_BYTES >> 20);
        return Body::Bad(vec![Fault::of_input(FaultKind::TooLarge, message)], None);
    }
    match parse(document, format) {
        Ok(plan) => Body::Plan(Box::new(plan)),
        Err((faults, document)) => Body::Bad(faults, Some(document)),
    }
}

/// The SHA-256 of a source.
///
/// # Errors
/// When the system cannot read.
pub fn digest(source: &Source) -> Result<String, ReadError> {
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 256 * 1024];
    let mut at = 0;
    loop {
        let read = source.read_raw_at(at, &mut buffer)?;
        if read == 0 {
            return Ok(hex(&hasher.finalize()));
        }
        hasher.update(&buffer[..read]);
        at += read as u64;
    }
}
