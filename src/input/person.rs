//! An account as an object of a document: a person of the API, an entry of a plan, or a table row turned
//! into JSON.

mod item;
mod shape;

use std::borrow::Cow;

use super::keys::{KeyBook, Meaning};
use super::mask;
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::diagnostic::snippet::Excerpt;
use crate::diagnostic::visible::quoted;
use crate::record::list::{Item, Items, Level, List, Lists, trimmed};
use crate::record::secret::SecretCell;
use crate::record::{Cell, Field, FieldSet, Origin, Record, Value};
use crate::source::{InputId, Span};
use crate::tree::{Kind, Node};
use item::{as_id, item};
use shape::{check_shape, note_unknown_levels};

/// An object read as an account.
pub struct Person<'t> {
    input: InputId,
    number: u64,
    origin: Origin,
    node: Node<'t>,
    /// The fields that the whole input carries.
    present: FieldSet,
    fields: [Option<Node<'t>>; Field::COUNT],
}

/// Where a person comes from.
#[derive(Clone, Copy, Debug)]
pub struct Whereabouts {
    /// The input.
    pub input: InputId,
    /// The record's number in it.
    pub number: u64,
    /// An export or a plan.
    pub origin: Origin,
}

impl<'t> Person<'t> {
    /// Reads an object as an account.
    ///
    /// # Errors
    /// A fault where it is no object, two keys mean one field, or a value has a form that says nothing.
    pub fn read(node: Node<'t>, at: Whereabouts, book: &mut KeyBook) -> Result<Self, Fault> {
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
        Ok(Self { input: at.input, number: at.number, origin: at.origin, node, present: FieldSet::EMPTY, fields })
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
    pub(super) fn again(node: Node<'t>, at: Whereabouts, roots: &Roots) -> Self {
        let (source, base) = node.source();
        let fields = roots.0.map(|index| index.map(|index| node.tree().node(index, source, base)));
        Self { input: at.input, number: at.number, origin: at.origin, node, present: FieldSet::EMPTY, fields }
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
    pub(super) fn list_of(&self, field: Field, lists: &Lists) -> List<'t> {
        let Some(node) = self.field(field) else {
            return self.missing(field).map_or(List::Absent, List::Blank);
        };
        let is_view = matches!(field, Field::WfmViews | Field::QmViews);
        let mut list = match node.kind() {
            Kind::String => of_string(node, lists),
            Kind::Array => of_array(node, Level::Any, is_view),
            Kind::Object if field == Field::Scope => of_scope(node),
            Kind::Object if is_view => of_views(node),
            Kind::Object | Kind::Number => of_items(node, item(node, Level::Any).into_iter().collect(), false),
            Kind::Null | Kind::Bool => List::Blank(node.outer().begin()),
        };
        if let (List::Items(items), true) = (&mut list, is_view)
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

    fn origin(&self) -> Origin {
        self.origin
    }

    /// The value's text in the document. Plans are few records of formats where equal text need not mean the
    /// same, so theirs are not told apart.
    fn written(&self, field: Field) -> Option<&str> {
        if self.origin == Origin::Plan {
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
        self.origin == Origin::Export && fields.iter().all(is_field_plain)
    }

    fn cell(&self, field: Field) -> Cell<'_> {
        self.cell_of(field)
    }

    fn list(&self, field: Field, lists: &Lists) -> List<'_> {
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

/// True where a scalar's text is the text at its place.
fn is_as_written(node: Node<'_>) -> bool {
    node.defined().is_none() && node.text().len() as u64 == node.span().end - node.span().start
}

/// A scalar's text without the space around it, and its place. Nothing where it is blank.
fn place(node: Node<'_>) -> Option<(&str, Span)> {
    let (text, span) = trimmed(node.text(), node.span().start)?;
    // Where the text had to be decoded, or stands elsewhere, the span of the whole value is the place.
    Some((text, if is_as_written(node) { span } else { node.span() }))
}

/// Where each byte of a text with JSON's escapes in it is written, and its end; nothing where it is written otherwise.
fn offsets_as_written(node: Node<'_>) -> Option<Vec<u64>> {
    let (source, base) = node.source();
    let index = |byte: u64| usize::try_from(byte.checked_sub(base)?).ok();
    let raw = source.get(index(node.span().start)?..index(node.span().end)?)?;
    let mut offsets = Vec::with_capacity(node.text().len() + 1);
    let mut at = 0;
    for c in node.text().chars() {
        let rest = &raw[at..];
        let length = if rest.starts_with(c) && c != '\\' { c.len_utf8() } else { escape_length(rest, c)? };
        offsets.extend(std::iter::repeat_n(at as u64, c.len_utf8()));
        at += length;
    }
    offsets.push(at as u64);
    (at == raw.len() && node.defined().is_none()).then_some(offsets)
}

/// The bytes of the escape of `c` that `raw` begins with.
fn escape_length(raw: &str, c: char) -> Option<usize> {
    let short = match c {
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        '\u{8}' => "\\b",
        '\u{c}' => "\\f",
        '"' => "\\\"",
        '/' => "\\/",
        '\\' => "\\\\",
        _ => "",
    };
    if !short.is_empty() && raw.starts_with(short) {
        return Some(short.len());
    }
    let mut units = [0; 2];
    let long: String = c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")).collect();
    raw.get(..long.len()).is_some_and(|start| start.eq_ignore_ascii_case(&long)).then_some(long.len())
}

fn of_string<'a>(node: Node<'a>, lists: &Lists) -> List<'a> {
    let span = node.span();
    let mut list = lists.split(node.text(), span.start, Cow::Borrowed);
    if let (List::Items(items), false) = (&mut list, is_as_written(node)) {
        let offsets = offsets_as_written(node);
        items.whole = span;
        items.defined = node.defined();
        for item in &mut items.items {
            let within = |at: u64| offsets.as_ref()?.get(usize::try_from(at - span.start).ok()?).copied();
            let place = within(item.span.start).zip(within(item.span.end));
            item.span = place.map_or(span, |(start, end)| Span::new(span.start + start, span.start + end));
            item.defined = node.defined();
        }
    }
    list
}

fn of_items<'a>(node: Node<'a>, items: Vec<Item<'a>>, says_main: bool) -> List<'a> {
    if items.is_empty() {
        return List::Blank(node.outer().begin());
    }
    // The whole of a list of one is that one; of several, what stands between the brackets.
    let (whole, defined) = match (items.as_slice(), node.children().next(), node.children().last()) {
        ([only], ..) => (only.span, only.defined),
        (_, Some(first), Some(last)) if node.defined().is_none() => {
            (Span::new(first.outer().start, last.outer().end), None)
        }
        _ => (node.outer(), node.defined()),
    };
    List::Items(Items { whole, defined, says_main, items })
}

fn of_array(node: Node<'_>, level: Level, is_view: bool) -> List<'_> {
    let says_main = is_view && node.children().any(|child| child.kind() == Kind::Object);
    of_items(node, node.children().filter_map(|child| item(child, level)).collect(), says_main)
}

/// `{tenant, groups, teams}`
fn of_scope(node: Node<'_>) -> List<'_> {
    let mut items = Vec::new();
    for child in node.children() {
        let level = match child.key() {
            Some("tenant") => Level::Tenant,
            Some("groups") => Level::Group,
            Some("teams") => Level::Team,
            _ => continue,
        };
        match child.kind() {
            Kind::Array => items.extend(child.children().filter_map(|entry| item(entry, level))),
            Kind::Bool if child.as_bool() == Some(true) => items.extend(as_id(child, level)),
            Kind::Null | Kind::Bool => {}
            Kind::Number | Kind::String | Kind::Object => items.extend(item(child, level)),
        }
    }
    of_items(node, items, false)
}

/// `{main, others}` of a plan, or a single view of the API.
fn of_views(node: Node<'_>) -> List<'_> {
    let (main, others) = (node.get("main"), node.get("others"));
    if main.is_none() && others.is_none() {
        return of_items(node, item(node, Level::Any).into_iter().collect(), true);
    }
    let mut items: Vec<Item<'_>> = main.and_then(|main| item(main, Level::Any)).into_iter().collect();
    items.iter_mut().for_each(|item| item.is_main = true);
    let has_main = !items.is_empty();
    items.extend(others.into_iter().flat_map(Node::children).filter_map(|view| item(view, Level::Any)));
    let mut list = of_items(node, items, true);
    if let (List::Items(items), false, Some(main)) = (&mut list, has_main, main) {
        // A main view that is blank is missing where it would stand.
        items.whole = if main.kind() == Kind::Null { main.outer().begin() } else { main.span().begin() };
    } else if let (List::Blank(span), Some(main)) = (&mut list, main) {
        *span = if main.kind() == Kind::Null { main.outer().begin() } else { main.span().begin() };
    }
    list
}
