//! Accounts that follow one another in a document, kept as the ranges of their values.
//!
//! Rules that look at every account are answered from the ranges. Lists, secrets and excerpts are needed of few
//! accounts: those are parsed again, into a tree.

use std::cell::{OnceCell, RefCell};

use crate::diagnostic::snippet::Excerpt;
use crate::fast::intern::{NO_SYMBOL, StringInterner, Symbol};
use crate::read::account::{DocumentAccount, FieldNodes, RecordOrigin, cell_of_text};
use crate::read::keys::KeyMap;
use crate::read::{Locator, RecordBatch};
use crate::record::list::{ListCell, ListSyntax};
use crate::record::secret::SecretCell;
use crate::record::{Cell, Field, FieldSet, InputKind, Record};
use crate::source::{InputId, Span};
use crate::syntax::json::parse;
use crate::syntax::tree::Tree;

/// A range of offsets into the text; empty if there is no value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct TextRange {
    start: u32,
    end: u32,
}

impl TextRange {
    #[expect(clippy::cast_possible_truncation, reason = "documents are smaller, and chunks much smaller")]
    pub(super) const fn new(start: usize, end: usize) -> Self {
        Self { start: start as u32, end: end as u32 }
    }

    const fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// The ranges of accounts and of their values.
#[derive(Default)]
pub(super) struct AccountSpans {
    accounts: Vec<TextRange>,
    /// For each account the range of every field; one entry more while an account is being read.
    cells: Vec<[TextRange; Field::COUNT]>,
}

impl AccountSpans {
    pub(super) const fn length(&self) -> usize {
        self.accounts.len()
    }

    /// Begins an account, without any value.
    #[inline]
    pub(super) fn begin(&mut self) -> &mut [TextRange; Field::COUNT] {
        self.cells.push_mut([TextRange::default(); Field::COUNT])
    }

    /// Drops the account that was begun and not finished.
    pub(super) fn discard_begun(&mut self) {
        self.cells.truncate(self.accounts.len());
    }

    /// Finishes the account that was begun: it is the text from `start` to `end`.
    #[inline]
    pub(super) fn finish(&mut self, start: usize, end: usize) {
        self.accounts.push(TextRange::new(start, end));
    }

    /// Drops the last finished account.
    pub(super) fn discard_last(&mut self) {
        self.accounts.pop();
        self.discard_begun();
    }

    /// The text between the quotes of a field of the last account; empty unless the field is a string.
    pub(super) fn last_string<'t>(&self, field: Field, text: &'t str) -> &'t str {
        let written = self.cells.last().map_or("", |cells| &text[cells[field.index()].range()]);
        written.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or_default()
    }

    /// The offset after the last account.
    pub(super) fn end(&self) -> usize {
        self.accounts.last().map_or(0, |account| account.range().end)
    }

    pub(super) fn clear(&mut self) {
        self.accounts.clear();
        self.cells.clear();
    }
}

/// A batch of accounts of one text.
pub(super) struct AccountBatch<'a> {
    pub(super) input: InputId,
    /// The number of the first.
    pub(super) number: u64,
    /// The text that ranges refer to, and the byte of the input at which it begins.
    pub(super) text: &'a str,
    pub(super) base: u64,
    /// The fields that the input carries.
    pub(super) present: FieldSet,
    pub(super) spans: &'a AccountSpans,
    /// What keys mean, for accounts that are parsed again.
    pub(super) keys: &'a RefCell<KeyMap>,
}

impl<'a> RecordBatch for AccountBatch<'a> {
    type Record<'r>
        = BatchAccount<'r>
    where
        Self: 'r;

    fn length(&self) -> usize {
        self.spans.length()
    }

    fn record(&self, index: usize) -> BatchAccount<'_> {
        BatchAccount { batch: self, index, parsed: OnceCell::new() }
    }

    fn intern(&self, field: Field, interner: &mut StringInterner, symbols: &mut Vec<Symbol>) {
        let cells = &self.spans.cells;
        if !self.present.has(field) || !interner.expect(cells.len()) {
            return symbols.resize(symbols.len() + cells.len(), NO_SYMBOL);
        }
        let bytes = self.text.as_bytes();
        symbols.extend(cells.iter().map(|cells| {
            let range = cells[field.index()].range();
            interner.intern_part(bytes, range.start, range.end).unwrap_or(NO_SYMBOL)
        }));
    }

    fn set_line(&self, _: usize, _: &mut Locator<'_>) {}
}

/// One account of a batch.
pub(super) struct BatchAccount<'a> {
    batch: &'a AccountBatch<'a>,
    index: usize,
    parsed: OnceCell<ParsedAccount>,
}

/// An account that was parsed again.
struct ParsedAccount {
    tree: Tree,
    fields: FieldNodes,
}

impl BatchAccount<'_> {
    fn text_at(&self, range: TextRange) -> &str {
        &self.batch.text[range.range()]
    }

    /// The value of a field as written, and where it begins; `None` if the account has none.
    #[inline]
    fn value(&self, field: Field) -> Option<(&str, u64)> {
        let range = self.batch.spans.cells[self.index][field.index()];
        (range != TextRange::default()).then(|| (self.text_at(range), self.batch.base + u64::from(range.start)))
    }

    #[cold]
    fn parsed(&self) -> DocumentAccount<'_> {
        let (text, base) = (self.text_at(self.batch.spans.accounts[self.index]), self.span().start);
        let at = RecordOrigin { input: self.batch.input, number: self.number(), input_kind: InputKind::Export };
        let parsed = self.parsed.get_or_init(|| {
            let mut tree = Tree::new();
            parse(text, base, &mut tree).expect("internal error: an account that was read cannot be read again");
            let root = tree.node(0, text, base);
            let account = DocumentAccount::read(root, at, &mut self.batch.keys.borrow_mut());
            let fields = account.map(|account| account.field_nodes());
            let fields = fields.expect("internal error: an account that was read is refused now");
            ParsedAccount { tree, fields }
        });
        let root = parsed.tree.node(0, text, base);
        DocumentAccount::from_field_nodes(root, at, &parsed.fields).of_input(self.batch.present)
    }
}

impl Record for BatchAccount<'_> {
    fn input(&self) -> InputId {
        self.batch.input
    }

    fn number(&self) -> u64 {
        self.batch.number + self.index as u64
    }

    fn span(&self) -> Span {
        let range = self.batch.spans.accounts[self.index];
        Span::new(self.batch.base + u64::from(range.start), self.batch.base + u64::from(range.end))
    }

    fn input_kind(&self) -> InputKind {
        InputKind::Export
    }

    fn raw_text(&self, field: Field) -> Option<&str> {
        self.batch.present.has(field).then(|| self.value(field).map_or("", |(text, _)| text))
    }

    #[inline]
    fn is_ascii(&self, fields: &[Field]) -> bool {
        let is_plain = |text: &str| text.is_ascii() && memchr::memchr(b'\\', text.as_bytes()).is_none();
        fields.iter().all(|field| self.value(*field).is_none_or(|(text, _)| is_plain(text)))
    }

    fn cell(&self, field: Field) -> Cell<'_> {
        if field == Field::Password || !self.batch.present.has(field) {
            return Cell::Absent;
        }
        match self.value(field) {
            None => Cell::Blank(self.span()),
            // Only its key tells whether a team is given by name or by number.
            Some((text, start)) if field != Field::Team => {
                cell_of_text(text, start).unwrap_or_else(|| self.parsed().cell_of(field))
            }
            Some(_) => self.parsed().cell_of(field),
        }
    }

    fn list(&self, field: Field, syntax: &ListSyntax) -> ListCell<'_> {
        self.parsed().list_of(field, syntax)
    }

    fn secret(&self) -> SecretCell<'_> {
        self.parsed().secret_of()
    }

    fn excerpt(&self, spans: &[Span]) -> Excerpt {
        self.parsed().excerpt(spans)
    }
}
