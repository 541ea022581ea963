//! Inputs on their way to being read: what can be streamed is, documents are taken whole, plans are parsed.

use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::NamedInput;
use super::describe::InputRef;
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::diagnostic::fingerprint::hex;
use crate::error::ReadError;
use crate::read::encoding::{Encoding, to_utf8};
use crate::read::{Format, Input, Opened, Unreadable};
use crate::record::catalogue::DeclaredAt;
use crate::record::declared::PlanFacts;
use crate::source::file::Source;
use crate::source::{InputId, Span};

/// A named input on its way to being read.
pub struct Loaded {
    /// Its number in the run.
    pub id: InputId,
    /// Its path as typed.
    pub name: Arc<str>,
    /// Its format, if that could be told.
    pub format: Option<Format>,
    /// What is read, or why nothing can be.
    pub opened: Result<Opened, Unreadable>,
    input: Option<Input>,
}

impl Loaded {
    /// Its bytes, if there are any.
    #[must_use]
    pub const fn input(&self) -> Option<&Input> {
        self.input.as_ref()
    }

    /// It, as diagnostics name it.
    pub const fn at(&self) -> InputRef<'_> {
        InputRef { input: self.id, file: &self.name }
    }

    /// What it declares about the tenant, if it is a plan.
    pub fn plan_facts(&self) -> Option<PlanFacts> {
        self.opened.as_ref().ok()?.plan_facts(self.input()?)
    }

    /// A place of it ready to be shown, if it is a plan.
    pub fn plan_place(&self, span: Span) -> Option<DeclaredAt> {
        self.opened.as_ref().ok()?.plan_place(self.input()?, span)
    }
}

/// Loads every input, numbered from `first` on.
pub fn all(named: Vec<NamedInput>, first: usize, encoding: Option<Encoding>) -> Vec<Loaded> {
    let number =
        |at: usize| InputId(u16::try_from(first + at).expect("internal error: more inputs than can be numbered"));
    named.into_iter().enumerate().map(|(at, named)| one(named, number(at), encoding)).collect()
}

fn one(named: NamedInput, id: InputId, declared: Option<Encoding>) -> Loaded {
    let NamedInput { name, format, opened } = named;
    let name: Arc<str> = name.into();
    let unreadable = |fault: Fault| Loaded { id, name: name.clone(), format, opened: Err(fault.into()), input: None };
    let source = match opened {
        Ok(source) => source,
        Err(error) => return unreadable(error.into()),
    };
    let Some(known) = format else {
        let message = "the name does not say which format this is";
        return unreadable(Fault::of_input(FaultKind::FormatUnknown, message));
    };
    let (source, encoding) = if known.is_text() { to_utf8(source, declared) } else { (source, Ok(Encoding::Utf8)) };
    let (opened, encoding) = match encoding {
        Ok(encoding) => (known.open(&source), encoding),
        Err(fault) => (Err(fault.into()), Encoding::Utf8),
    };
    Loaded { id, name: name.clone(), format, opened, input: Some(Input { id, name, source, encoding }) }
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
