//! Inputs on their way to being read: what can be streamed is, documents are taken whole, plans are parsed.

use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::NamedInput;
use super::duplicates::{DistinctInputs, DuplicateOf};
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
pub struct LoadedInput {
    /// Its number in the run.
    pub id: InputId,
    /// Its path as typed.
    pub name: Arc<str>,
    /// Its format, if known.
    pub format: Option<Format>,
    /// What is read, or why nothing can be.
    pub opened: Result<Opened, Unreadable>,
    /// The input before it that holds the same: it is not read again.
    pub same_as: Option<DuplicateOf>,
    input: Option<Input>,
}

/// The input that texts and places at hand belong to.
#[derive(Clone, Copy)]
pub struct InputRef<'a> {
    /// Its number.
    pub input: InputId,
    /// Its path as typed.
    pub file: &'a Arc<str>,
}

impl LoadedInput {
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

/// Loads every input. One that holds the same as an input before it is not opened a second time.
pub fn all(named: Vec<NamedInput>, encoding: Option<Encoding>) -> Vec<LoadedInput> {
    let mut loaded: Vec<LoadedInput> = Vec::with_capacity(named.len());
    let mut distinct = DistinctInputs::default();
    let is_single = named.len() == 1;
    for (at, named) in named.into_iter().enumerate() {
        let source = named.opened.as_ref().ok().filter(|_| !is_single);
        let same_as = source.and_then(|source| distinct.find_or_add(at, source, |known| loaded[known].input()));
        loaded.push(one(named, at, encoding, same_as));
    }
    loaded
}

/// Loads exports of earlier days, numbered from `first` on. Two of them may hold the same: on each day it was so.
pub fn earlier(named: Vec<NamedInput>, first: usize, encoding: Option<Encoding>) -> Vec<LoadedInput> {
    named.into_iter().enumerate().map(|(at, named)| one(named, first + at, encoding, None)).collect()
}

fn one(named: NamedInput, number: usize, declared: Option<Encoding>, same_as: Option<DuplicateOf>) -> LoadedInput {
    let id = InputId(u16::try_from(number).expect("internal error: more inputs than can be numbered"));
    let NamedInput { name, format, opened } = named;
    let name: Arc<str> = name.into();
    let unreadable = |fault: Fault| {
        let opened = Err(fault.into());
        LoadedInput { id, name: name.clone(), format, opened, same_as: None, input: None }
    };
    let source = match opened {
        Ok(source) => source,
        Err(error) => return unreadable(error.into()),
    };
    let Some(known) = format else {
        let message = "the name does not say which format this is";
        let remedy = format!("Add `--input-format {}` if that is what it is.", Format::by_bytes(&source).word());
        return unreadable(Fault::of_input(FaultKind::FormatUnknown, message).with_remedy(remedy));
    };
    if same_as.is_some() {
        let opened = Err(Unreadable { faults: Vec::new(), document: None });
        let input = Input { id, name: name.clone(), source, encoding: Encoding::Utf8 };
        return LoadedInput { id, name, format, opened, same_as, input: Some(input) };
    }
    let (source, encoding) = if known.is_text() { to_utf8(source, declared) } else { (source, Ok(Encoding::Utf8)) };
    let (opened, encoding) = match encoding {
        Ok(encoding) => (known.open(&source), encoding),
        Err(fault) => (Err(fault.into()), Encoding::Utf8),
    };
    let input = Some(Input { id, name: name.clone(), source, encoding });
    LoadedInput { id, name, format, opened, same_as, input }
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
