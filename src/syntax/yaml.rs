//! YAML 1.2 (core schema) into a [`Tree`] with the place of every key and value.
//!
//! The grammar is the work of `granit-parser`; what its events come to is decided here. It knows no records.
//!
//! Left out on purpose, each with a fault that says so: several documents in one file, directives other than
//! `%YAML 1.2`, tags, keys that are not strings, infinite numbers. An alias copies what its anchor holds, within a
//! budget that is checked before copying: nine levels of nine aliases would otherwise fill any memory.

mod alias;
mod merge;
mod messages;
mod scalar;
mod spans;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use granit_parser::{Event, Parser, ScalarStyle, ScanError, StructureStyle};

use crate::diagnostic::fault::{Fault, FaultKind};
use crate::source::Span;
use crate::syntax::tree::keys::{OpenKeys, duplicate};
use crate::syntax::tree::{MAX_DEPTH, NodeKind, ScalarText, Tree};
use merge::{MERGE_KEY, Merge};
use scalar::{PlainScalar, resolve};
use spans::{YamlSpans, range, without_comment};

/// After so many faults the file is not the one that was meant.
const MAX_FAULTS: usize = 100;

/// Reads the one document of `text` into `tree`; an empty text is the document `null`.
///
/// Byte 0 of `text` is byte `base` of the input. After faults the tree holds a part: clear it.
///
/// # Errors
/// Every place found where the text is not YAML, repeats a key, uses what is left out here, or grows or nests
/// beyond the limits. Breaches of the grammar end the reading; the others do not.
pub fn parse(text: &str, base: u64, tree: &mut Tree) -> Result<(), Vec<Fault>> {
    let options = granit_parser::options! {
        strict_indentation: true,
        emit_unresolved_aliases: true,
        emit_anchor_events: true,
        flow_nesting_limit: MAX_DEPTH,
        block_nesting_limit: MAX_DEPTH,
    };
    let mut builder = YamlTreeBuilder::new(text, base, tree);
    builder.refuse_directives();
    for event in Parser::new_from_str_with_options(text, options) {
        let step = match event {
            Ok((event, span)) => builder.take(event, &span),
            Err(error) => Err(builder.grammar(&error)),
        };
        if let Err(fault) = step {
            builder.faults.push(fault);
            break;
        }
        if builder.is_at_end || builder.faults.len() >= MAX_FAULTS {
            break;
        }
    }
    if !builder.faults.is_empty() {
        return Err(builder.faults);
    }
    if tree.is_empty() {
        let nothing = Span::at(base + text.len() as u64);
        tree.scalar(NodeKind::Null, nothing, nothing, ScalarText::AsWritten);
    }
    Ok(())
}

/// A list or mapping that is not closed yet.
struct OpenCollection {
    is_object: bool,
    /// Laid out by indentation, without brackets.
    is_block: bool,
    /// A mapping that waits for a key, not for a value.
    is_at_key: bool,
    index: usize,
    /// The number of its anchor; 0 if it has none.
    anchor: usize,
    /// The levels of lists and mappings inside it.
    height: usize,
    /// The byte after what was last in it: where a block ends, for the parser looks on over blank lines.
    end: u64,
    /// The value that comes next belongs to a merge key.
    is_at_merge: bool,
    merges: Vec<Merge>,
}

/// What an anchor holds: its index in the tree, and the levels of lists and mappings in it.
#[derive(Clone, Copy)]
struct Anchored {
    index: usize,
    height: usize,
}

struct YamlTreeBuilder<'t, 'o> {
    spans: YamlSpans<'t>,
    tree: &'o mut Tree,
    open: Vec<OpenCollection>,
    keys: OpenKeys<'t>,
    /// By number from 1; none while the anchored value is still open.
    anchors: Vec<Option<Anchored>>,
    copied: usize,
    documents: usize,
    /// The event before was a key: an anchor that comes now belongs to it.
    is_after_key: bool,
    /// Nothing but marks of empty documents follows.
    is_at_end: bool,
    faults: Vec<Fault>,
}

impl<'t, 'o> YamlTreeBuilder<'t, 'o> {
    fn new(text: &'t str, base: u64, tree: &'o mut Tree) -> Self {
        Self {
            spans: YamlSpans { text, base },
            tree,
            open: Vec::new(),
            keys: OpenKeys::new(),
            anchors: Vec::new(),
            copied: 0,
            documents: 0,
            is_after_key: false,
            is_at_end: false,
            faults: Vec::new(),
        }
    }

    /// One event. An error ends the reading; lesser faults are kept in the list.
    fn take(&mut self, event: Event<'t>, parsed: &granit_parser::Span) -> Result<(), Fault> {
        let span = self.spans.span(range(parsed));
        let is_after_key = std::mem::take(&mut self.is_after_key);
        if let Event::Scalar(.., Some(_)) | Event::SequenceStart(.., Some(_)) | Event::MappingStart(.., Some(_)) = event
        {
            let tag = parsed.tag_span().map_or(span, |tag| self.spans.span(range(&tag)));
            self.refuse(tag, "a value has a tag", "Remove the tag.");
        }
        match event {
            Event::DocumentStart(..) => self.document(span)?,
            Event::Scalar(text, style, anchor, _) if self.is_at_key() => self.key(text, style, anchor, span),
            Event::Scalar(text, style, anchor, _) => self.scalar(text, style, anchor, span),
            Event::SequenceStart(style, anchor, _) => self.begin(NodeKind::Array, style, anchor, span)?,
            Event::MappingStart(style, anchor, _) => self.begin(NodeKind::Object, style, anchor, span)?,
            Event::SequenceEnd | Event::MappingEnd => self.end(span)?,
            Event::Alias(number) => self.alias(number, span)?,
            Event::UnresolvedAlias(_) => self.unresolved(span),
            Event::Anchor(..) if is_after_key => {
                self.refuse(span, "a key has an anchor", "Put the anchor on a value.");
            }
            _ => {}
        }
        Ok(())
    }

    fn document(&mut self, span: Span) -> Result<(), Fault> {
        self.documents += 1;
        if self.documents == 1 {
            return Ok(());
        }
        let mut rest = self.spans.text_from(span.start).lines().map(without_comment);
        if rest.all(|line| matches!(line, "" | "---" | "...")) {
            self.is_at_end = true;
            return Ok(());
        }
        let span = if span.is_empty() { self.spans.character(span.start) } else { span };
        let fault = Fault::new(FaultKind::SyntaxInvalid, span, "a second document begins in one file");
        Err(fault.with_remedy("Put each document into a file of its own."))
    }

    /// Refuses the lines before the document that begin with `%`, except the one that names the version read here.
    fn refuse_directives(&mut self) {
        let text = self.spans.text;
        let is_before = |line: &&str| line.starts_with(['%', '\u{feff}']) || without_comment(line).is_empty();
        let mut start = 0;
        for line in text.split_inclusive('\n').take_while(is_before) {
            let written = without_comment(line.trim_start_matches('\u{feff}'));
            if written.starts_with('%') && written.split_ascii_whitespace().ne(["%YAML", "1.2"]) {
                let place = self.spans.span(start..start + 1);
                self.refuse(place, "a directive other than `%YAML 1.2`", "Remove the line.");
            }
            start += line.len();
        }
    }

    fn is_at_key(&self) -> bool {
        self.open.last().is_some_and(|open| open.is_at_key)
    }

    /// A scalar that is a key.
    fn key(&mut self, text: Cow<'t, str>, style: ScalarStyle, anchor: usize, span: Span) {
        self.is_after_key = anchor != 0;
        let inner = self.spans.inside(style, &text, span);
        if self.open.last().is_some_and(|open| open.is_block) {
            self.refuse_tab(span.start);
        }
        let is_merge = style == ScalarStyle::Plain && text == MERGE_KEY;
        if style == ScalarStyle::Plain && !is_merge {
            self.refuse_plain_key(&text, span);
        }
        let is_written = self.spans.slice(inner) == text;
        if !is_merge {
            self.tree.key(inner, if is_written { ScalarText::AsWritten } else { ScalarText::Decoded(&text) });
        }
        if let Some(first) = self.keys.insert(text, inner) {
            self.faults.push(duplicate(inner, first));
        }
        if let Some(open) = self.open.last_mut() {
            open.is_at_key = false;
            open.is_at_merge = is_merge;
            open.end = span.end;
        }
        self.anchored(anchor, None);
    }

    /// Plain keys that YAML reads as something else than their text.
    fn refuse_plain_key(&mut self, text: &str, span: Span) {
        if span.is_empty() {
            self.refuse(span, "a key is missing before `:`", "Write the key.");
        } else if resolve(text) != PlainScalar::String {
            let fault = Fault::new(FaultKind::ShapeInvalid, span, "a key is not a string");
            self.faults.push(fault.with_remedy("Put the key in quotes."));
        }
    }

    /// A scalar that is a value.
    fn scalar(&mut self, text: Cow<'t, str>, style: ScalarStyle, anchor: usize, span: Span) {
        let span = if span.is_empty() { self.spans.after_colon(span) } else { span };
        let inner = self.spans.inside(style, &text, span);
        // Of a block of text only the content is known, not where its `|` stood.
        let is_block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
        let outer = if is_block { inner } else { span };
        let written = self.spans.slice(inner);
        let (kind, text) = match meaning(&text, style, span) {
            PlainScalar::Null => (NodeKind::Null, written.into()),
            PlainScalar::Bool(truth) => (NodeKind::Bool, if truth { "true" } else { "false" }.into()),
            PlainScalar::Number => (NodeKind::Number, text),
            PlainScalar::OtherRadix(decimal) => (NodeKind::Number, decimal.into()),
            PlainScalar::Unusable => {
                let fault =
                    Fault::new(FaultKind::ShapeInvalid, span, "a number that is infinite, too large or not a number");
                self.faults.push(fault.with_remedy("Write a number, or put the value in quotes."));
                (NodeKind::Null, written.into())
            }
            PlainScalar::String => (NodeKind::String, text),
        };
        let text = if written == text { ScalarText::AsWritten } else { ScalarText::Decoded(&text) };
        let index = self.tree.scalar(kind, outer, inner, text);
        self.placed(index, 0, anchor, outer.end);
    }

    /// A list or mapping begins.
    fn begin(&mut self, kind: NodeKind, style: StructureStyle, anchor: usize, span: Span) -> Result<(), Fault> {
        let at = self.spans.character(span.start);
        if self.is_at_key() {
            return Err(Fault::new(FaultKind::ShapeInvalid, at, "a key is a list or a mapping")
                .with_remedy("Use strings as keys."));
        }
        if self.open.len() == MAX_DEPTH {
            return Err(too_deep(at));
        }
        let is_block = style == StructureStyle::Block;
        if is_block && kind == NodeKind::Array {
            self.refuse_tab(span.start);
        }
        let is_object = kind == NodeKind::Object;
        if is_object {
            self.keys.open();
        }
        self.anchored(anchor, None);
        let index = self.tree.open(kind, span.start);
        self.open.push(OpenCollection {
            is_object,
            is_block,
            is_at_key: is_object,
            index,
            anchor,
            height: 0,
            end: span.end,
            is_at_merge: false,
            merges: Vec::new(),
        });
        Ok(())
    }

    /// A list or mapping ends; where it has no closing bracket, with what was last in it.
    fn end(&mut self, span: Span) -> Result<(), Fault> {
        let mut open = self.open.pop().expect("internal error: an end without a beginning");
        let end = if span.is_empty() { open.end } else { span.end };
        for merge in std::mem::take(&mut open.merges) {
            open.height = open.height.max(merge.source.height.saturating_sub(1));
            self.merge(&merge)?;
        }
        self.tree.close(open.index, end);
        if open.is_object {
            self.keys.close();
        }
        self.placed(open.index, open.height + 1, open.anchor, end);
        Ok(())
    }

    /// A value is complete: its anchor and the collection around it learn of it.
    fn placed(&mut self, index: usize, height: usize, anchor: usize, end: u64) {
        let source = Anchored { index, height };
        self.anchored(anchor, Some(source));
        if let Some(open) = self.open.last_mut() {
            if std::mem::take(&mut open.is_at_merge) {
                self.tree.hide(index);
                open.merges.push(Merge { source, used: None });
            }
            open.is_at_key = open.is_object;
            open.height = open.height.max(height);
            open.end = end;
        }
    }

    fn refuse_tab(&mut self, start: u64) {
        if let Some(tab) = self.spans.tab_before(start) {
            self.refuse(tab, "the indentation contains a tab", "Indent with spaces.");
        }
    }

    fn refuse(&mut self, span: Span, message: &str, remedy: &str) {
        self.faults.push(Fault::new(FaultKind::SyntaxInvalid, span, message).with_remedy(remedy));
    }

    /// The fault of a text that is not YAML.
    fn grammar(&self, error: &ScanError) -> Fault {
        let spans = self.spans;
        let offset = error.marker().byte_offset().unwrap_or(spans.text.len());
        let span = spans.character(spans.base + offset as u64);
        if matches!(error.kind(), granit_parser::ErrorKind::RecursionLimitExceeded) {
            return too_deep(span);
        }
        let words = messages::grammar_message(error.kind());
        let fault = Fault::new(FaultKind::SyntaxInvalid, span, words.message).with_label(words.label);
        match words.remedy {
            Some(remedy) => fault.with_remedy(remedy),
            None => fault,
        }
    }
}

/// What a scalar means. The parser gives `~` where nothing is written.
fn meaning(text: &str, style: ScalarStyle, span: Span) -> PlainScalar {
    match style {
        ScalarStyle::Plain if span.is_empty() => PlainScalar::Null,
        ScalarStyle::Plain => resolve(text),
        _ => PlainScalar::String,
    }
}

fn too_deep(span: Span) -> Fault {
    Fault::new(FaultKind::TooDeep, span, format!("more than {MAX_DEPTH} lists and mappings are nested"))
}
