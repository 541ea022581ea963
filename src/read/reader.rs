//! What a format has to do to be read: every format is one [`Reader`].

use super::headers::Headers;
use super::{Checkpoint, Document, Input, ReadOptions, ReadSummary, Sink};
use crate::diagnostic::fault::Fault;
use crate::record::catalogue::DeclaredAt;
use crate::record::declared::PlanFacts;
use crate::source::Span;
use crate::source::file::Source;
use crate::syntax::tree::Tree;

/// What parses a text, whose first byte has this number in the input, into a tree.
pub type TreeParser = fn(&str, u64, &mut Tree) -> Result<(), Vec<Fault>>;

/// An input of one format, opened: parsed as far as it is read as a whole, ready to be streamed otherwise.
pub trait Reader: Sized {
    /// The word in options and reports.
    const WORD: &'static str;
    /// Extensions of file names that promise this format, in lower case.
    const EXTENSIONS: &'static [&'static str];
    /// Its bytes are one text, which is decoded before it is opened.
    const IS_TEXT: bool = true;
    /// The parser of the one document that an input is, if a plan may be written so.
    const PLAN_PARSER: Option<TreeParser> = None;

    /// Opens an input.
    ///
    /// # Errors
    /// Faults that keep all of it from being read.
    fn open(source: &Source) -> Result<Self, Unreadable>;

    /// Gives every record to `sink`, and every fault. `None` if nothing of it can be read; the sink knows why.
    fn read(&self, input: &Input, options: &ReadOptions<'_>, sink: &mut impl Sink) -> Option<ReadSummary>;

    /// Reads once more what gave `summary`, from a checkpoint of it if there is one, until the sink has enough. What cannot
    /// be read a second time is missing from the sink.
    fn read_again(
        &self,
        input: &Input,
        options: &ReadOptions<'_>,
        summary: &ReadSummary,
        from: Option<Checkpoint>,
        sink: &mut impl Sink,
    );

    /// The headers of a table, or the keys of all records of a document.
    ///
    /// # Errors
    /// A fault if there are none to read.
    fn headers(source: &Source, options: &ReadOptions<'_>) -> Result<Headers, Fault>;

    /// What it declares about the tenant, if it is a plan.
    fn plan_facts(&self, _input: &Input) -> Option<PlanFacts> {
        None
    }

    /// A place of it ready to be shown, if it is a plan.
    fn plan_place(&self, _input: &Input, _span: Span) -> Option<DeclaredAt> {
        None
    }
}

/// Why an input cannot be opened.
pub struct Unreadable {
    /// What is wrong.
    pub faults: Vec<Fault>,
    /// The text that the faults' places lie in, if there is one.
    pub document: Option<Document>,
}

impl From<Fault> for Unreadable {
    fn from(fault: Fault) -> Self {
        Self { faults: vec![fault], document: None }
    }
}
