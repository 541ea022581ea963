//! An account as an object of a document: a person of the API, an entry of a plan, or a table row turned
//! into JSON.

mod item;
mod lists;
mod shape;

use std::borrow::Cow;

use super::keys::{KeyMap, Meaning};
use super::mask;
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::diagnostic::snippet::Excerpt;
use crate::diagnostic::visible::quoted;
use crate::record::list::{ListCell, ListSyntax, ScopeLevel, trimmed};
use crate::record::secret::SecretCell;
use crate::record::{Cell, Field, FieldSet, InputKind, Record, Value};
use crate::source::{InputId, Span};
use crate::syntax::tree::{Kind, Node};
use item::item;
use lists::{is_as_written, of_array, of_items, of_scope, of_string, of_views};
use shape::{check_shape, note_unknown_levels};

/// An object read as an account.
pub struct Person<'t> {
    input: InputId,
    number: u64,
    input_kind: InputKind,
    node: Node<'t>,
    /// The fields that the whole input carries.
    present: FieldSet,
    fields: [Option<Node<'t>>; Field::COUNT],
}

/// Where a person comes from.
#[derive(Clone, Copy, Debug)]
pub struct RecordOrigin {
    /// The input.
    pub input: InputId,
    /// The record's number in it.
    pub number: u64,
    /// An export or a plan.
    pub input_kind: InputKind,
}

impl<'t> Person<'t> {
    /// Reads an object as an account.
    ///
    /// # Errors
    /// A fault where it is no object, two keys mean one field, or a value has a form that says nothing.
    pub fn read(node: Node<'t>, at: RecordOrigin, book: &mut KeyMap) -> Result<Self, Fault> {
        if node.kind() != Kind::Object {
            let message = format!("expected an account, found {}", node.kind().word());
            return Err(Fault::new(FaultKind::ShapeInvalid, node.outer(), message));
        }
        let mut fields: [Option<(Meaning, Node<'t>)>; Field::COUNT] = [None; Field::COUNT];
        for child in node.children() {
            let meaning = book.look_up(child.key().unwrap_or_default());
            let Some(field) = meaning.field() else { continue };
            check_shape(field, child)?;
            if field == Field::Scope {
                note_unknown_levels(child, book);
            }
            let slot = &mut fields[field.index()];
            match *slot {
                None => *slot = Some((meaning, child)),
                Some((before, earlier)) => match stronger(before, meaning) {
                    Stronger::Earlier => book.set_aside(child.key().unwrap_or_default()),
                    Stronger::Later => {
                        book.set_aside(earlier.key().unwrap_or_default());
                        *slot = Some((meaning, child));
                    }
                    Stronger::Neither => return Err(clash(field, earlier, child)),
                },
            }
        }
        if fields.iter().all(Option::is_none) {
            let message = "no key of this object is one of an account";
            return Err(Fault::new(FaultKind::ShapeInvalid, node.outer(), message));
        }
        let fields = fields.map(|slot| slot.map(|(_, node)| node));
        Ok(Self {
            input: at.input,
            number: at.number,
            input_kind: at.input_kind,
            node,
            present: FieldSet::EMPTY,
            fields,
        })
    }

    /// The fields this object has a key for.
    #[must_use]
    pub fn carried(&self) -> FieldSet {
        let carried = Field::ALL.iter().filter(|field| self.fields[field.index()].is_some());
        carried.fold(FieldSet::EMPTY, |set, field| set.with(*field))
    }

    /// The same as part of an input that carries the fields `present`.
    #[must_use]
    pub const fn of_input(mut self, present: FieldSet) -> Self {
        self.present = present;
        self
    }

    /// The object.
    pub(super) const fn node(&self) -> Node<'t> {
        self.node
    }

    /// Where in the tree the values of the fields stand.
    pub(super) fn roots(&self) -> Roots {
        Roots(self.fields.map(|node| node.map(Node::index)))
    }

    /// The account that [`Person::read`] read from `node` before.
    pub(super) fn again(node: Node<'t>, at: RecordOrigin, roots: &Roots) -> Self {
        let (source, base) = node.source();
        let fields = roots.0.map(|index| index.map(|index| node.tree().node(index, source, base)));
        Self { input: at.input, number: at.number, input_kind: at.input_kind, node, present: FieldSet::EMPTY, fields }
    }

    fn field(&self, field: Field) -> Option<Node<'t>> {
        self.fields[field.index()]
    }

    /// A cell, as [`Record::cell`].
    pub(super) fn cell_of(&self, field: Field) -> Cell<'t> {
        if field == Field::Password {
            return Cell::Absent;
        }
        let Some(node) = self.field(field) else {
            return self.missing(field).map_or(Cell::Absent, Cell::Blank);
        };
        scalar(node)
    }

    /// A list, as [`Record::list`].
    pub(super) fn list_of(&self, field: Field, lists: &ListSyntax) -> ListCell<'t> {
        let Some(node) = self.field(field) else {
            return self.missing(field).map_or(ListCell::Absent, ListCell::Blank);
        };
        let is_view = matches!(field, Field::WfmViews | Field::QmViews);
        let mut list = match node.kind() {
            Kind::String => of_string(node, lists),
            Kind::Array => of_array(node, ScopeLevel::Any, is_view),
            Kind::Object if field == Field::Scope => of_scope(node),
            Kind::Object if is_view => of_views(node),
            Kind::Object | Kind::Number => of_items(node, item(node, ScopeLevel::Any).into_iter().collect(), false),
            Kind::Null | Kind::Bool => ListCell::Blank(node.outer().begin()),
        };
        if let (ListCell::Items(items), true) = (&mut list, is_view)
            && !items.says_main
        {
            items
                .take_marks(|item| item.defined.is_none() && item.span.end - item.span.start == item.text.len() as u64);
        }
        list
    }

    /// The password, as [`Record::secret`].
    pub(super) fn secret_of(&self) -> SecretCell<'t> {
        match self.field(Field::Password) {
            None => self.missing(Field::Password).map_or(SecretCell::Absent, SecretCell::Blank),
            Some(node) if node.kind() == Kind::Null => SecretCell::Blank(node.outer().begin()),
            Some(node) => match SecretCell::of(node.text(), node.span().start, Cow::Borrowed) {
                // Of a text that had to be decoded only the beginning has a place.
                SecretCell::Value(secret, _) if !is_as_written(node) => SecretCell::Value(secret, node.span().begin()),
                cell => cell,
            },
        }
    }

    /// A key that this object lacks: blank where others have it, absent where none does.
    fn missing(&self, field: Field) -> Option<Span> {
        self.present.has(field).then(|| self.node.outer())
    }
}

/// Where in a tree the values of the fields of an account stand.
pub(super) struct Roots([Option<usize>; Field::COUNT]);

/// Which of two keys counts.
pub(super) enum Stronger {
    Earlier,
    Later,
    Neither,
}

/// Which of two keys of one field counts.
pub(super) const fn stronger(earlier: Meaning, later: Meaning) -> Stronger {
    match (earlier, later) {
        (Meaning::LogIn, Meaning::EMail) | (Meaning::Field(_), Meaning::TeamId) => Stronger::Earlier,
        (Meaning::EMail, Meaning::LogIn) | (Meaning::TeamId, Meaning::Field(_)) => Stronger::Later,
        // Nothing is judged by these: the first will do.
        (Meaning::Field(Field::Id | Field::TimeZone | Field::Locale | Field::DisplayId | Field::QmViews), _) => {
            Stronger::Earlier
        }
        _ => Stronger::Neither,
    }
}

fn clash(field: Field, earlier: Node<'_>, later: Node<'_>) -> Fault {
    let key = |node: Node<'_>| quoted(node.key().unwrap_or_default());
    let message = format!("the keys {} and {} both mean the {}", key(earlier), key(later), field.label());
    let place = |node: Node<'_>| node.key_span().unwrap_or_else(|| node.outer());
    Fault::new(FaultKind::HeaderDuplicate, place(later), message).and(place(earlier), "the other one")
}

impl Record for Person<'_> {
    fn input(&self) -> InputId {
        self.input
    }

    fn number(&self) -> u64 {
        self.number
    }

    fn span(&self) -> Span {
        self.node.outer()
    }

    fn input_kind(&self) -> InputKind {
        self.input_kind
    }

    /// The value's text in the document. Plans are few records of formats where equal text need not mean the
    /// same, so theirs are not told apart.
    fn written(&self, field: Field) -> Option<&str> {
        if self.input_kind == InputKind::Plan {
            return None;
        }
        match self.field(field) {
            // `"7"` is a number here, and a name under another key of the same field: the key stands with it.
            Some(node) if is_team_id(node) => written_from(node.key_span()?.start.checked_sub(1)?, node),
            Some(node) => as_written(node),
            // As no value is written.
            None => self.present.has(field).then_some(""),
        }
    }

    fn is_plain(&self, fields: &[Field]) -> bool {
        // What an alias refers to stands elsewhere; an escape may stand for any character.
        let is_plain = |text: &str| text.is_ascii() && memchr::memchr(b'\\', text.as_bytes()).is_none();
        let is_field_plain =
            |field: &Field| self.field(*field).is_none_or(|node| as_written(node).is_some_and(is_plain));
        self.input_kind == InputKind::Export && fields.iter().all(is_field_plain)
    }

    fn cell(&self, field: Field) -> Cell<'_> {
        self.cell_of(field)
    }

    fn list(&self, field: Field, lists: &ListSyntax) -> ListCell<'_> {
        self.list_of(field, lists)
    }

    fn secret(&self) -> SecretCell<'_> {
        self.secret_of()
    }

    fn excerpt(&self, spans: &[Span]) -> Excerpt {
        mask::excerpt(self.node, spans)
    }
}

/// The text of the whole of a value in its document.
fn as_written(node: Node<'_>) -> Option<&str> {
    written_from(node.outer().start, node)
}

/// The text from byte `start` to the end of a value.
fn written_from(start: u64, node: Node<'_>) -> Option<&str> {
    let (source, base) = node.source();
    let index = |byte: u64| usize::try_from(byte.checked_sub(base)?).ok();
    source.get(index(start)?..index(node.outer().end)?)
}

/// The API's key for a team holds its number, quoted or not.
fn is_team_id(node: Node<'_>) -> bool {
    node.key().is_some_and(|key| key.eq_ignore_ascii_case("groupid"))
}

fn scalar(node: Node<'_>) -> Cell<'_> {
    let (text, span) = match node.kind() {
        Kind::Null => return Cell::Blank(node.outer().begin()),
        _ => match place(node) {
            Some(found) => found,
            None => return Cell::Blank(node.span().begin()),
        },
    };
    let is_number = node.kind() == Kind::Number || (is_team_id(node) && text.bytes().all(|byte| byte.is_ascii_digit()));
    Cell::Value(Value { text: Cow::Borrowed(text), span, defined: node.defined(), is_number })
}

/// The cell that a value of a JSON document is, by its text as written, unless its key counts too. Nothing where the
/// text has to be decoded.
pub(super) fn cell_of_text(written: &str, start: u64) -> Option<Cell<'_>> {
    let bytes = written.as_bytes();
    let (inner, start, is_number) = match bytes.first()? {
        b'"' if memchr::memchr(b'\\', bytes).is_some() => return None,
        b'"' => (written.get(1..written.len() - 1)?, start + 1, false),
        b'n' | b'{' | b'[' => return Some(Cell::Blank(Span::at(start))),
        first => (written, start, !matches!(first, b't' | b'f')),
    };
    Some(match trimmed(inner, start) {
        Some((text, span)) => Cell::Value(Value { text: Cow::Borrowed(text), span, defined: None, is_number }),
        None => Cell::Blank(Span::at(start)),
    })
}

/// A scalar's text without the space around it, and its place. Nothing where it is blank.
fn place(node: Node<'_>) -> Option<(&str, Span)> {
    let (text, span) = trimmed(node.text(), node.span().start)?;
    // Where the text had to be decoded, or stands elsewhere, the span of the whole value is the place.
    Some((text, if is_as_written(node) { span } else { node.span() }))
}
