//! A file of the site that is not an input, such as a rule, a lock or waivers: parsed into one tree, each fault with its
//! place. Someone may have written a secret into it, so only its keys are shown.

use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};
use std::sync::Arc;

use serde::Deserialize;

use super::format::SheetText;
use super::mask::{VisibleSpans, name_duplicate_key};
use crate::diagnostic::Label;
use crate::diagnostic::fault::Fault;
use crate::diagnostic::snippet::Snippet;
use crate::diagnostic::usage::UsageError;
use crate::diagnostic::visible::{is_hidden, quoted};
use crate::schema::{BuiltInSchema, PathStep, SchemaFault};
use crate::source::Span;
use crate::source::lines::Cursor;
use crate::syntax::toml;
use crate::syntax::toml::plain::plain_pair_at;
use crate::syntax::tree::de::from_node;
use crate::syntax::tree::{Node, Tree};

/// A file of the site, parsed.
pub struct SiteDocument<'t> {
    /// Its path as it is shown.
    pub path: Arc<str>,
    text: Cow<'t, str>,
    tree: Tree,
    form: DocumentForm,
    /// What of it may be shown, worked out with the first place.
    shown: OnceCell<VisibleSpans>,
    /// How far lines were counted.
    cursor: RefCell<Cursor>,
}

/// How a file is written.
enum DocumentForm {
    Toml,
    /// The same, read line by line: there is no tree.
    PlainToml,
    /// A table, of whose cells nothing is shown.
    Table,
    /// The same in a workbook.
    Sheet(SheetText),
}

impl<'t> SiteDocument<'t> {
    /// Parses TOML.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with its place.
    pub fn parse_toml(path: &str, text: impl Into<Cow<'t, str>>) -> Result<Self, Vec<UsageError>> {
        Self::new(path, text.into(), DocumentForm::Toml, |text, _, tree| toml::parse(text, 0, tree))
    }

    /// Parses TOML if `read_without` does not read it line by line, as [`plain_lines`] has them.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with its place.
    ///
    /// [`plain_lines`]: crate::syntax::toml::plain::plain_lines
    pub fn parse_toml_unless(
        path: &str,
        text: impl Into<Cow<'t, str>>,
        read_without: impl FnOnce(&str) -> bool,
    ) -> Result<Self, Vec<UsageError>> {
        let build = |text: &str, _: &DocumentForm, tree: &mut Tree| match read_without(text) {
            true => Ok(()),
            false => toml::parse(text, 0, tree),
        };
        let document = Self::new(path, text.into(), DocumentForm::Toml, build)?;
        let form = if document.tree.is_empty() { DocumentForm::PlainToml } else { DocumentForm::Toml };
        Ok(Self { form, ..document })
    }

    /// Parses a table, as `build` reads it into a tree.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with its place.
    pub fn parse_table(
        path: &str,
        text: impl Into<Cow<'t, str>>,
        build: impl FnOnce(&str, &mut Tree) -> Result<(), Fault>,
    ) -> Result<Self, Vec<UsageError>> {
        let build = |text: &str, _: &DocumentForm, tree: &mut Tree| build(text, tree).map_err(|fault| vec![fault]);
        Self::new(path, text.into(), DocumentForm::Table, build)
    }

    /// Parses the rows of a sheet, as `build` reads them into a tree.
    ///
    /// # Errors
    /// Everything that is wrong with them, each with its place.
    pub fn parse_sheet(
        path: &str,
        mut sheet: SheetText,
        build: impl FnOnce(&SheetText, &str, &mut Tree) -> Result<(), Fault>,
    ) -> Result<Self, Vec<UsageError>> {
        let text = std::mem::take(&mut sheet.text);
        let build = |text: &str, form: &DocumentForm, tree: &mut Tree| match form {
            DocumentForm::Sheet(SheetText { uncertain: Some(fault), .. }) => Err(vec![fault.clone()]),
            DocumentForm::Sheet(sheet) => build(sheet, text, tree).map_err(|fault| vec![fault]),
            _ => unreachable!("internal error: a sheet is a sheet"),
        };
        Self::new(path, text.into(), DocumentForm::Sheet(sheet), build)
    }

    fn new(
        path: &str,
        text: Cow<'t, str>,
        form: DocumentForm,
        build: impl FnOnce(&str, &DocumentForm, &mut Tree) -> Result<(), Vec<Fault>>,
    ) -> Result<Self, Vec<UsageError>> {
        let (shown, cursor) = (OnceCell::new(), RefCell::new(Cursor::new(0, 1)));
        let mut document = Self { path: path.into(), text, tree: Tree::new(), form, shown, cursor };
        let is_shown =
            |at: usize, c: char| matches!(c, '\n' | '\r' | '\t') || !is_hidden(c) || (at == 0 && c == '\u{feff}');
        // No early way out of a chunk: like this the compiler looks at several bytes at once.
        let is_plain_chunk =
            |chunk: &[u8]| chunk.iter().fold(true, |all, byte| all & matches!(byte, b' '..=b'~' | b'\n'));
        let is_plain = document.text.as_bytes().chunks(64).all(is_plain_chunk);
        let mut hidden = document.text.char_indices().filter(|(at, c)| !is_shown(*at, *c));
        if let Some((at, c)) = if is_plain { None } else { hidden.next() } {
            let message = format!("the character U+{:04X} cannot be seen", u32::from(c));
            let span = Span::new(at as u64, (at + c.len_utf8()) as u64);
            return Err(vec![document.error(message, "Remove it, or write it as an escape.", span)]);
        }
        match build(&document.text, &document.form, &mut document.tree) {
            Ok(()) => Ok(document),
            Err(faults) => {
                let named = faults.into_iter().map(|fault| name_duplicate_key(fault, &document.text, 0));
                Err(named.map(|fault| document.fault(&fault)).collect())
            }
        }
    }

    /// Its root.
    pub fn root(&self) -> Node<'_> {
        self.tree.root(&self.text, 0).expect("internal error: a file of the site has a table")
    }

    /// Puts it to a schema.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with its place.
    pub(crate) fn check(&self, schema: BuiltInSchema) -> Result<(), Vec<UsageError>> {
        let with_line = |fault: SchemaFault| match self.form {
            DocumentForm::Toml | DocumentForm::PlainToml => fault.with_toml_line(),
            DocumentForm::Table | DocumentForm::Sheet(_) => {
                of_column(fault).with_examples(|key, example| self.line_of(key, &example.to_string()))
            }
        };
        let faults: Vec<_> = schema.check(self.root()).into_iter().map(with_line).collect();
        if faults.is_empty() { Ok(()) } else { Err(faults.iter().map(|fault| self.fault(fault)).collect()) }
    }

    /// What the schema passed.
    ///
    /// # Errors
    /// What no schema can say.
    pub fn read<'d, T: Deserialize<'d>>(&'d self) -> Result<T, Vec<UsageError>> {
        from_node(self.root()).map_err(|error| vec![self.fault(&error.into_fault())])
    }

    /// The span of a key of the root.
    pub fn key_span(&self, key: &str) -> Span {
        self.root().get(key).and_then(|node| node.key_span().or_else(|| Some(node.span()))).unwrap_or(Span::at(0))
    }

    /// An error at a place of it.
    pub fn error(&self, message: impl AsRef<str>, remedy: &str, span: Span) -> UsageError {
        let error = UsageError::new(format!("{} cannot be used: {}", quoted(&self.path), message.as_ref()));
        self.at(error.with_remedy(remedy), span, "")
    }

    /// How someone writes `value`, as TOML has it, under `key`.
    pub fn line_of(&self, key: &str, value: &str) -> String {
        match (&self.form, value.trim_matches('"')) {
            (DocumentForm::Toml | DocumentForm::PlainToml, _) => format!("`{key} = {value}`"),
            // An empty cell says nothing.
            (DocumentForm::Table, "") => format!(r#"`""""""` in the column `{key}`"#),
            (DocumentForm::Sheet(_), "") => format!(r#"`""` in the column `{key}`"#),
            (DocumentForm::Table | DocumentForm::Sheet(_), text) => format!("`{text}` in the column `{key}`"),
        }
    }

    /// True for rows below headers.
    pub const fn is_table(&self) -> bool {
        matches!(self.form, DocumentForm::Table | DocumentForm::Sheet(_))
    }

    /// True if it is sound, and nobody has needed a tree.
    #[cfg(test)]
    pub fn is_read_without_tree(&self) -> bool {
        self.tree.is_empty()
    }

    fn fault(&self, fault: &Fault) -> UsageError {
        let remedy = fault.remedy.clone().unwrap_or_else(|| fault.kind.remedy().to_owned());
        let error = UsageError::new(format!("{} cannot be used: {}", quoted(&self.path), fault.message));
        fault.labels.iter().fold(error.with_remedy(remedy), |error, mark| self.at(error, mark.span, &mark.message))
    }

    /// Adds a place of it to an error.
    pub fn at(&self, error: UsageError, span: Span, message: &str) -> UsageError {
        let (label, snippet) = self.place(span, message);
        error.at(label, snippet)
    }

    /// The line of a byte.
    pub fn line(&self, byte: u64) -> u64 {
        match &self.form {
            DocumentForm::Sheet(sheet) => sheet.place(&self.text, Span::at(byte)).0.line,
            _ => self.cursor.borrow_mut().locate(&self.text, byte).line,
        }
    }

    /// A place of it, ready to be shown.
    pub fn place(&self, span: Span, message: &str) -> (Label, Option<Snippet>) {
        let (start, end, cell) = match &self.form {
            DocumentForm::Sheet(sheet) => sheet.place(&self.text, span),
            _ => {
                let mut cursor = self.cursor.borrow_mut();
                (cursor.locate(&self.text, span.start), cursor.locate(&self.text, span.end), None)
            }
        };
        let (file, message) = (Arc::clone(&self.path), message.to_owned());
        let label = Label { input: None, file, start, end, cell, message };
        let excerpt = match self.form {
            DocumentForm::Toml => self.tree.root(&self.text, 0).map(|root| {
                let shown = self.shown.get_or_init(|| VisibleSpans::of_keys(root));
                shown.excerpt(&self.text, 0, &[span])
            }),
            DocumentForm::PlainToml => plain_pair_at(&self.text, span.start as usize).map(|pair| {
                let shown = VisibleSpans::of_pair(pair.key_span, pair.span);
                shown.excerpt(&self.text, 0, &[span])
            }),
            DocumentForm::Table | DocumentForm::Sheet(_) => None,
        };
        let snippet = excerpt.map(|excerpt| Snippet::new(&excerpt, &self.path, span, start));
        (label, snippet)
    }
}

/// A fault of a cell, with the header of its column.
fn of_column(mut fault: SchemaFault) -> SchemaFault {
    if let Some(PathStep::Key(header)) = fault.pointer.last() {
        let message = &mut fault.fault.message;
        *message = if message.ends_with(" is missing") {
            format!("`{header}` is blank, or has no column")
        } else {
            format!("`{header}`: {message}")
        };
    }
    fault
}
