//! Accounts of a document that follow one another: where the values of their fields stand, and no more.
//!
//! What is asked of every account is answered from there. What is asked of few (lists, secrets, what may be shown)
//! reads the account again, into a tree.

use std::cell::{OnceCell, RefCell};

use crate::diagnostic::snippet::Excerpt;
use crate::read::keys::KeyMap;
use crate::read::person::{Person, RecordOrigin, Roots, cell_of_text};
use crate::read::{Locator, RecordBatch, mask};
use crate::record::interner::{NO_SYMBOL, StringInterner, Symbol};
use crate::record::list::{ListCell, ListSyntax};
use crate::record::secret::SecretCell;
use crate::record::{Cell, Field, FieldSet, InputKind, Record};
use crate::source::{InputId, Span};
use crate::syntax::json::parse;
use crate::syntax::tree::Tree;

/// A piece of the text, as offsets; empty where there is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    start: u32,
    end: u32,
}

impl Place {
    #[expect(clippy::cast_possible_truncation, reason = "documents are smaller, and stretches much smaller")]
    pub(super) const fn new(start: usize, end: usize) -> Self {
        Self { start: start as u32, end: end as u32 }
    }

    const fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// The accounts.
#[derive(Default)]
pub(super) struct Entries {
    wholes: Vec<Place>,
    /// Of each account the places of all fields.
    cells: Vec<[Place; Field::COUNT]>,
}

impl Entries {
    pub(super) const fn length(&self) -> usize {
        self.wholes.len()
    }

    /// Makes room for one more, without any value.
    #[inline]
    pub(super) fn push(&mut self) -> &mut [Place; Field::COUNT] {
        self.cells.push_mut([Place::default(); Field::COUNT])
    }

    /// Takes the last one out that was not closed.
    pub(super) fn pop(&mut self) {
        self.cells.truncate(self.wholes.len());
    }

    /// The last one is whole, from `start` up to, not with, `end`.
    #[inline]
    pub(super) fn close(&mut self, start: usize, end: usize) {
        self.wholes.push(Place::new(start, end));
    }

    /// Takes the last one out.
    pub(super) fn drop_last(&mut self) {
        self.wholes.pop();
        self.pop();
    }

    /// The offset after the last one.
    pub(super) fn end(&self) -> usize {
        self.wholes.last().map_or(0, |place| place.range().end)
    }

    pub(super) fn clear(&mut self) {
        self.wholes.clear();
        self.cells.clear();
    }
}

/// Accounts as a run of records.
pub(super) struct EntryRun<'a> {
    pub(super) input: InputId,
    /// The number of the first.
    pub(super) number: u64,
    /// The text that places are relative to, and the byte of the input it begins at.
    pub(super) text: &'a str,
    pub(super) base: u64,
    /// The fields that the input carries.
    pub(super) present: FieldSet,
    pub(super) entries: &'a Entries,
    /// What keys mean, for those that are read again.
    pub(super) book: &'a RefCell<KeyMap>,
}

impl<'a> RecordBatch for EntryRun<'a> {
    type Record<'r>
        = Entry<'r>
    where
        Self: 'r;

    fn length(&self) -> usize {
        self.entries.length()
    }

    fn record(&self, place: usize) -> Entry<'_> {
        Entry { run: self, place, again: OnceCell::new() }
    }

    fn intern(&self, field: Field, interner: &mut StringInterner, codes: &mut Vec<Symbol>) {
        let cells = &self.entries.cells;
        if !self.present.has(field) || !interner.expect(cells.len()) {
            return codes.resize(codes.len() + cells.len(), NO_SYMBOL);
        }
        let bytes = self.text.as_bytes();
        codes.extend(cells.iter().map(|cells| {
            let place = cells[field.index()].range();
            interner.code_of_part(bytes, place.start, place.end).unwrap_or(NO_SYMBOL)
        }));
    }

    fn set_line(&self, _: usize, _: &mut Locator<'_>) {}
}

/// One account of a run.
pub(super) struct Entry<'a> {
    run: &'a EntryRun<'a>,
    place: usize,
    /// The account read again.
    again: OnceCell<Again>,
}

/// An account as a tree.
struct Again {
    tree: Tree,
    roots: Roots,
}

impl Entry<'_> {
    fn whole(&self) -> Place {
        self.run.entries.wholes[self.place]
    }

    fn text_at(&self, place: Place) -> &str {
        &self.run.text[place.range()]
    }

    /// The value of a field as written; nothing where the account has none.
    #[inline]
    fn value(&self, field: Field) -> Option<(&str, u64)> {
        let place = self.run.entries.cells[self.place][field.index()];
        (place != Place::default()).then(|| (self.text_at(place), self.run.base + u64::from(place.start)))
    }

    fn source(&self) -> (&str, u64) {
        (self.text_at(self.whole()), self.span().start)
    }

    #[cold]
    fn person(&self) -> Person<'_> {
        let (text, base) = self.source();
        let at = RecordOrigin { input: self.run.input, number: self.number(), input_kind: InputKind::Export };
        let again = self.again.get_or_init(|| {
            let mut tree = Tree::new();
            parse(text, base, &mut tree).expect("internal error: an account that was read cannot be read again");
            let root = tree.node(0, text, base);
            let roots = Person::read(root, at, &mut self.run.book.borrow_mut()).map(|person| person.roots());
            let roots = roots.expect("internal error: an account that was read is none");
            Again { tree, roots }
        });
        Person::again(again.tree.node(0, text, base), at, &again.roots).of_input(self.run.present)
    }
}

impl Record for Entry<'_> {
    fn input(&self) -> InputId {
        self.run.input
    }

    fn number(&self) -> u64 {
        self.run.number + self.place as u64
    }

    fn span(&self) -> Span {
        let place = self.whole();
        Span::new(self.run.base + u64::from(place.start), self.run.base + u64::from(place.end))
    }

    fn input_kind(&self) -> InputKind {
        InputKind::Export
    }

    fn written(&self, field: Field) -> Option<&str> {
        self.run.present.has(field).then(|| self.value(field).map_or("", |(text, _)| text))
    }

    #[inline]
    fn is_plain(&self, fields: &[Field]) -> bool {
        let is_plain = |text: &str| text.is_ascii() && memchr::memchr(b'\\', text.as_bytes()).is_none();
        fields.iter().all(|field| self.value(*field).is_none_or(|(text, _)| is_plain(text)))
    }

    fn cell(&self, field: Field) -> Cell<'_> {
        if field == Field::Password || !self.run.present.has(field) {
            return Cell::Absent;
        }
        match self.value(field) {
            None => Cell::Blank(self.span()),
            // Whether a team is named or numbered, its key tells.
            Some((text, start)) if field != Field::Team => {
                cell_of_text(text, start).unwrap_or_else(|| self.person().cell_of(field))
            }
            Some(_) => self.person().cell_of(field),
        }
    }

    fn list(&self, field: Field, lists: &ListSyntax) -> ListCell<'_> {
        self.person().list_of(field, lists)
    }

    fn secret(&self) -> SecretCell<'_> {
        self.person().secret_of()
    }

    fn excerpt(&self, spans: &[Span]) -> Excerpt {
        mask::excerpt(self.person().node(), spans)
    }
}
