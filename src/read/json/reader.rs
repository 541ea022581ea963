//! JSON as inputs: a document, which may be a plan, and one document a line.

use super::{DocumentShape, is_large_list, read_document, read_large_list, read_large_list_from, read_lines, shape};
use crate::diagnostic::fault::Fault;
use crate::read::headers::Headers;
use crate::read::plan::{Plan, PlanLanguage};
use crate::read::reader::{Reader, TreeParser, Unreadable};
use crate::read::visitor::{IgnoreRecords, VisitorSink};
use crate::read::{
    Checkpoint, Document, Input, Locator, MAX_DOCUMENT_BYTES, ReadOptions, ReadSummary, Sink,
    read_document as load_document,
};
use crate::record::catalogue::DeclaredAt;
use crate::record::declared::PlanFacts;
use crate::source::InputId;
use crate::source::Span;
use crate::source::file::Source;
use crate::syntax::json::parse_document;
use crate::syntax::tree::Tree;

/// A JSON document.
pub enum Json {
    /// A large list of accounts and nothing else: streamed if that can be done.
    LargeList,
    /// A document of the API, in memory.
    Persons(Document, DocumentShape),
    /// A plan.
    Plan(Box<Plan>),
}

fn parse_plan(text: &str, base: u64, tree: &mut Tree) -> Result<(), Vec<Fault>> {
    parse_document(text, base, tree).map_err(|fault| vec![fault])
}

impl Reader for Json {
    const WORD: &'static str = "json";
    const EXTENSIONS: &'static [&'static str] = &["json"];
    const PLAN_PARSER: Option<TreeParser> = Some(parse_plan);

    fn open(source: &Source) -> Result<Self, Unreadable> {
        if is_large_list(source) {
            return Ok(Self::LargeList);
        }
        let document = load_document(source, MAX_DOCUMENT_BYTES)?;
        match shape(&document.text, document.base) {
            Ok(DocumentShape::Plan) => Ok(Self::Plan(Plan::open(document, parse_plan, PlanLanguage::Json)?)),
            Ok(shape) => Ok(Self::Persons(document, shape)),
            Err(fault) => Err(Unreadable { faults: vec![fault], document: Some(document) }),
        }
    }

    fn read(&self, input: &Input, options: &ReadOptions<'_>, sink: &mut impl Sink) -> Option<ReadSummary> {
        match self {
            Self::LargeList => {
                let read = read_large_list(&input.source, input.id, options, sink);
                read.map_err(|fault| sink.fault(fault, None, None)).ok()
            }
            Self::Persons(document, shape) => {
                let read = read_document(document, shape, &input.source, input.id, options, sink);
                let mut view = Locator::new(&document.text, document.base, 1);
                read.map_err(|fault| sink.fault(fault, None, Some(&mut view))).ok()
            }
            Self::Plan(plan) => Some(plan.read_with_faults(input, sink)),
        }
    }

    fn read_again(
        &self,
        input: &Input,
        options: &ReadOptions<'_>,
        summary: &ReadSummary,
        from: Option<Checkpoint>,
        sink: &mut impl Sink,
    ) {
        match (self, from.filter(|_| !summary.is_whole)) {
            (Self::LargeList, Some(from)) => read_large_list_from(&input.source, input.id, options, from, sink),
            (Self::LargeList, None) => drop(read_large_list(&input.source, input.id, options, sink)),
            (Self::Persons(document, shape), _) => {
                drop(read_document(document, shape, &input.source, input.id, options, sink));
            }
            (Self::Plan(plan), _) => drop(plan.read(input, sink)),
        }
    }

    fn headers(source: &Source, options: &ReadOptions<'_>) -> Result<Headers, Fault> {
        let document = load_document(source, MAX_DOCUMENT_BYTES)?;
        let shape = shape(&document.text, document.base)?;
        read_document(&document, &shape, source, InputId(0), options, &mut VisitorSink(&mut IgnoreRecords))
            .map(Into::into)
    }

    fn plan_facts(&self, input: &Input) -> Option<PlanFacts> {
        match self {
            Self::Plan(plan) => Some(plan.facts(input)),
            Self::LargeList | Self::Persons(..) => None,
        }
    }

    fn plan_place(&self, input: &Input, span: Span) -> Option<DeclaredAt> {
        match self {
            Self::Plan(plan) => Some(plan.place(span, input)),
            Self::LargeList | Self::Persons(..) => None,
        }
    }
}

/// One JSON document a line, streamed.
pub struct JsonLines;

impl Reader for JsonLines {
    const WORD: &'static str = "jsonl";
    const EXTENSIONS: &'static [&'static str] = &["jsonl", "ndjson"];

    fn open(_: &Source) -> Result<Self, Unreadable> {
        Ok(Self)
    }

    fn read(&self, input: &Input, options: &ReadOptions<'_>, sink: &mut impl Sink) -> Option<ReadSummary> {
        let read = read_lines(&input.source, input.id, options, None, sink);
        read.map_err(|fault| sink.fault(fault, None, None)).ok()
    }

    fn read_again(
        &self,
        input: &Input,
        options: &ReadOptions<'_>,
        _: &ReadSummary,
        from: Option<Checkpoint>,
        sink: &mut impl Sink,
    ) {
        drop(read_lines(&input.source, input.id, options, from, sink));
    }

    fn headers(source: &Source, options: &ReadOptions<'_>) -> Result<Headers, Fault> {
        read_lines(source, InputId(0), options, None, &mut VisitorSink(&mut IgnoreRecords)).map(Into::into)
    }
}
