//! A policy file, parsed: TOML, or a CSV table with the same words as headers. Either becomes one tree, so that one schema
//! and one reader serve both, and every fault has its place.

use std::cell::OnceCell;
use std::sync::Arc;

use serde::Deserialize;

use crate::diagnostic::Label;
use crate::diagnostic::fault::Fault;
use crate::diagnostic::snippet::Snippet;
use crate::diagnostic::usage::UsageError;
use crate::diagnostic::visible::{is_hidden, quoted};
use crate::read::Locator;
use crate::read::mask::{VisibleSpans, name_duplicate_key};
use crate::schema::{BuiltInSchema, PathStep, SchemaFault};
use crate::source::Span;
use crate::syntax::toml;
use crate::syntax::tree::de::from_node;
use crate::syntax::tree::{Node, NodeKind, Tree};

use super::table;

/// A policy file and what it says.
pub struct PolicyDocument {
    /// Its path as typed.
    pub path: Arc<str>,
    text: String,
    tree: Tree,
    is_table: bool,
    /// What of it may be shown, worked out with the first place.
    shown: OnceCell<VisibleSpans>,
}

impl PolicyDocument {
    /// Parses a file and puts it to its schema.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with its place.
    pub fn parse(path: &str, bytes: Vec<u8>) -> Result<Self, Vec<UsageError>> {
        let Ok(text) = String::from_utf8(bytes) else {
            let error = UsageError::new(format!("{} cannot be used: it is not UTF-8 text", quoted(path)));
            return Err(vec![error.with_remedy("Save it as UTF-8.")]);
        };
        let is_table = path.to_ascii_lowercase().ends_with(".csv");
        let mut document = Self { path: path.into(), text, tree: Tree::new(), is_table, shown: OnceCell::new() };
        let is_shown = |c: &char| matches!(c, '\n' | '\r' | '\t' | '\u{feff}') || !is_hidden(*c);
        if let Some((at, c)) = document.text.char_indices().find(|(_, c)| !is_shown(c)) {
            let message = format!("the character U+{:04X} cannot be seen", u32::from(c));
            let span = Span::new(at as u64, (at + c.len_utf8()) as u64);
            return Err(vec![document.error(message, "Remove it, or write it as an escape.", span)]);
        }
        let parsed = if is_table {
            table::parse(&document.text, &mut document.tree).map_err(|fault| vec![fault])
        } else {
            toml::parse(&document.text, 0, &mut document.tree)
        };
        if let Err(faults) = parsed {
            let named = faults.into_iter().map(|fault| name_duplicate_key(fault, &document.text, 0));
            return Err(named.map(|fault| document.fault(&fault)).collect());
        }
        let is_empty = |list: Node<'_>| list.kind() == NodeKind::Array && list.children().next().is_none();
        if document.root().get("waivers").is_some_and(is_empty) {
            let remedy = "Write one as `[[waivers]]`, or do not name the file.";
            return Err(vec![document.error("it holds no waiver", remedy, Span::at(0))]);
        }
        let faults = BuiltInSchema::Waivers.check(document.root());
        let with_line = |fault: SchemaFault| if is_table { of_column(fault) } else { fault.with_toml_line() };
        let faults: Vec<_> = faults.into_iter().map(with_line).collect();
        if faults.is_empty() { Ok(document) } else { Err(faults.iter().map(|fault| document.fault(fault)).collect()) }
    }

    pub fn root(&self) -> Node<'_> {
        self.tree.root(&self.text, 0).expect("internal error: a policy file has a table")
    }

    /// What the schema passed.
    ///
    /// # Errors
    /// What no schema can say.
    pub fn read<'t, T: Deserialize<'t>>(&'t self) -> Result<T, UsageError> {
        from_node(self.root()).map_err(|error| self.fault(&error.into_fault()))
    }

    /// A view in which places are located.
    pub fn locator(&self) -> Locator<'_> {
        Locator::new(&self.text, 0, 1)
    }

    pub fn error(&self, message: impl AsRef<str>, remedy: &str, span: Span) -> UsageError {
        let error = UsageError::new(format!("{} cannot be used: {}", quoted(&self.path), message.as_ref()));
        self.at(error.with_remedy(remedy), span, "")
    }

    fn fault(&self, fault: &Fault) -> UsageError {
        let remedy = fault.remedy.clone().unwrap_or_else(|| fault.kind.remedy().to_owned());
        let error = UsageError::new(format!("{} cannot be used: {}", quoted(&self.path), fault.message));
        fault.labels.iter().fold(error.with_remedy(remedy), |error, mark| self.at(error, mark.span, &mark.message))
    }

    /// Adds a place of the file to an error.
    pub fn at(&self, error: UsageError, span: Span, message: &str) -> UsageError {
        let (label, snippet) = self.place(span, message, &mut self.locator());
        error.at(label, snippet)
    }

    /// A place of the file, ready to be shown. Someone may have written a password as a value, so only keys are shown.
    pub fn place(&self, span: Span, message: &str, view: &mut Locator<'_>) -> (Label, Option<Snippet>) {
        let (start, end) = (view.locate(span.start), view.locate(span.end));
        let (file, message) = (Arc::clone(&self.path), message.to_owned());
        let label = Label { input: None, file, start, end, cell: None, message };
        let snippet = self.tree.root(&self.text, 0).filter(|_| !self.is_table).map(|root| {
            let shown = self.shown.get_or_init(|| VisibleSpans::of_keys(root));
            Snippet::new(&shown.excerpt(&self.text, 0, &[span]), &self.path, span, start)
        });
        (label, snippet)
    }
}

/// A fault of a cell, with the header of its column.
fn of_column(fault: SchemaFault) -> Fault {
    match fault.pointer.last() {
        Some(PathStep::Key(header)) => Fault { message: format!("`{header}`: {}", fault.fault.message), ..fault.fault },
        _ => fault.fault,
    }
}
