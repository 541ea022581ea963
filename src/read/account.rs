//! An account as an object of a document: a person of the API, an entry of a plan, or a table row exported as JSON.

mod item_state;
mod list_item;
mod lists;
mod parts;
mod passwords;
mod scalar;
mod shape;

use super::columns;
use super::keys::{KeyMap, KeyMeaning};
use super::mask;
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::diagnostic::snippet::Excerpt;
use crate::diagnostic::visible::quoted;
use crate::record::list::{ListCell, ListSyntax};
use crate::record::secret::SecretCell;
use crate::record::{Cell, Field, FieldSet, InputKind, Record};
use crate::source::{InputId, Span};
use crate::syntax::tree::{Node, NodeKind};
use lists::read_list;
use passwords::{find_below, find_in_list, is_password_state};
use scalar::{cell_of_node, hidden_cell, is_team_id, text_and_span};
use shape::{check_shape, check_whole, note_unknown_levels};

pub(super) use item_state::ItemState;
pub(super) use list_item::ItemKey;
pub(super) use parts::scope_level;
pub(super) use passwords::{find_in, names_password, readable_secrets, secret_cell};
pub(super) use scalar::cell_of_text;

/// An object read as an account.
pub(crate) struct DocumentAccount<'t> {
    at: RecordOrigin,
    node: Node<'t>,
    /// The fields that the whole input carries.
    present: FieldSet,
    fields: [Option<Node<'t>>; Field::COUNT],
    /// Every password it holds, those under keys that no rule reads too.
    passwords: Vec<Node<'t>>,
}

/// The input and place that a record comes from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RecordOrigin {
    pub(crate) input: InputId,
    /// The record's number in it, from 1.
    pub(crate) number: u64,
    /// An export or a plan.
    pub(crate) input_kind: InputKind,
}

impl<'t> DocumentAccount<'t> {
    /// Reads an object as an account.
    ///
    /// # Errors
    /// Everything that is wrong: it is not an object, two keys mean one field, a value cannot be one of its field.
    pub(crate) fn read(node: Node<'t>, at: RecordOrigin, keys: &mut KeyMap) -> Result<Self, Vec<Fault>> {
        if node.kind() != NodeKind::Object {
            let message = format!("expected an account, found {}", node.kind().word());
            let fault = Fault::new(FaultKind::ShapeInvalid, node.outer(), message);
            return Err(vec![fault.with_remedy(AN_ACCOUNT)]);
        }
        let (mut faults, mut passwords, mut about_whole) = (Vec::new(), Vec::new(), Vec::new());
        let mut fields: [Option<(KeyMeaning, Node<'t>)>; Field::COUNT] = [None; Field::COUNT];
        for child in node.children() {
            let meaning = keys.look_up(child.key().unwrap_or_default());
            let Some(field) = meaning.field() else {
                find_below(child, keys, &mut passwords);
                if let KeyMeaning::AboutWhole(field) = meaning {
                    about_whole.push((field, child));
                }
                continue;
            };
            if meaning == KeyMeaning::AboutPassword && is_password_state(child) {
                continue;
            }
            faults.extend(check_shape(field, child).err());
            if field == Field::Scope {
                note_unknown_levels(child, keys);
            }
            if field.is_list() {
                find_in_list(child, keys, &mut passwords);
            }
            if field == Field::Password || is_hidden(field, child) {
                passwords.push(child);
            }
            let slot = &mut fields[field.index()];
            match *slot {
                None => *slot = Some((meaning, child)),
                Some(_) if field == Field::Password => {}
                Some((before, earlier)) => match precedence(before, meaning) {
                    Precedence::Earlier => keys.supersede(child.key().unwrap_or_default()),
                    Precedence::Later => {
                        keys.supersede(earlier.key().unwrap_or_default());
                        *slot = Some((meaning, child));
                    }
                    Precedence::Neither => faults.push(duplicate_field(field, earlier, child)),
                },
            }
        }
        let list = |field: Field| fields[field.index()].map(|(_, node)| node);
        let refuse_part = |(field, sign): (Option<Field>, _)| check_whole(field, field.and_then(list), sign).err();
        faults.extend(about_whole.into_iter().filter_map(refuse_part));
        if !faults.is_empty() {
            return Err(faults);
        }
        if fields.iter().flatten().all(|(_, value)| is_blank(*value)) {
            return Err(vec![blank_fault(node, fields.iter().any(Option::is_some))]);
        }
        let mut fields = fields.map(|slot| slot.map(|(_, node)| node));
        fields[Field::Password.index()] = passwords.first().copied();
        Ok(Self { at, node, present: FieldSet::EMPTY, fields, passwords })
    }

    /// The fields this object has a key for.
    #[must_use]
    pub(crate) fn carried(&self) -> FieldSet {
        let carried = Field::ALL.iter().filter(|field| self.fields[field.index()].is_some());
        carried.fold(FieldSet::EMPTY, |set, field| set.with(*field))
    }

    /// The texts of its fields and of those of its input, those of a list in one, and none of passwords.
    pub(crate) fn texts(&self, of_input: FieldSet) -> Vec<(Field, String)> {
        let syntax = ListSyntax::default();
        let text = |field: Field| match field.is_list().then(|| self.list_of(field, &syntax)) {
            Some(ListCell::Items(list)) => {
                list.items.iter().map(|item| item.text.as_ref()).collect::<Vec<_>>().join(";")
            }
            Some(_) => String::new(),
            None => self.cell_of(field).text().unwrap_or_default().to_owned(),
        };
        let fields = self.carried().union(of_input);
        Field::ALL.iter().filter(|field| fields.has(**field)).map(|field| (*field, text(*field))).collect()
    }

    /// The account as part of an input that carries the fields `present`.
    #[must_use]
    pub(crate) const fn of_input(mut self, present: FieldSet) -> Self {
        self.present = present;
        self
    }

    pub(super) fn field_nodes(&self) -> FieldNodes {
        FieldNodes(self.fields.map(|node| node.map(Node::index)))
    }

    /// The account that [`DocumentAccount::read`] read from `node` before.
    pub(super) fn from_field_nodes(node: Node<'t>, at: RecordOrigin, fields: &FieldNodes) -> Self {
        let (source, base) = node.source();
        let fields = fields.0.map(|index| index.map(|index| node.tree().node(index, source, base)));
        // An account with several passwords is never read by a template.
        let passwords = fields[Field::Password.index()].into_iter().collect();
        Self { at, node, present: FieldSet::EMPTY, fields, passwords }
    }

    fn field(&self, field: Field) -> Option<Node<'t>> {
        self.fields[field.index()]
    }

    /// [`Record::cell`], for as long as the tree.
    pub(super) fn cell_of(&self, field: Field) -> Cell<'t> {
        match self.field(field) {
            _ if field == Field::Password => Cell::Absent,
            Some(node) if is_hidden(field, node) => hidden_cell(node),
            Some(node) => cell_of_node(node),
            None => self.missing(field).map_or(Cell::Absent, Cell::Blank),
        }
    }

    /// [`Record::list`], for as long as the tree.
    pub(super) fn list_of(&self, field: Field, syntax: &ListSyntax) -> ListCell<'t> {
        match self.field(field) {
            Some(node) => read_list(field, node, syntax),
            None => self.missing(field).map_or(ListCell::Absent, ListCell::Blank),
        }
    }

    /// [`Record::secret`], for as long as the tree.
    pub(super) fn secret_of(&self) -> SecretCell<'t> {
        SecretCell::first_of(self.all_secrets_of())
    }

    /// [`Record::all_secrets`], for as long as the tree.
    fn all_secrets_of(&self) -> Vec<SecretCell<'t>> {
        if self.passwords.is_empty() {
            return self.missing(Field::Password).map(SecretCell::Blank).into_iter().collect();
        }
        self.passwords.iter().map(|node| secret_cell(*node)).collect()
    }

    /// The span of a key that this object lacks: blank if other accounts have it, absent if none does.
    fn missing(&self, field: Field) -> Option<Span> {
        self.present.has(field).then(|| self.node.outer())
    }
}

/// The user name in an object that was refused, if one can be read: a log-in rather than an e-mail address.
pub(super) fn readable_user_name(node: Node<'_>) -> Option<String> {
    let name = |child: Node<'_>| {
        let meaning = KeyMeaning::of_key(child.key()?);
        let is_name = matches!(meaning, KeyMeaning::LogIn | KeyMeaning::EMail) && child.kind() == NodeKind::String;
        let (text, _) = text_and_span(child).filter(|_| is_name)?;
        Some((meaning == KeyMeaning::EMail, text.to_owned()))
    };
    node.children().filter_map(name).min_by_key(|(is_e_mail, _)| *is_e_mail).map(|(_, name)| name)
}

/// True for what a key says to be the day of a change of the password, if it can be no day: it may be the password itself.
fn is_hidden(field: Field, node: Node<'_>) -> bool {
    field == Field::PasswordChanged && !is_password_state(node)
}

/// True for null, blank text, and what holds nothing else.
fn is_blank(node: Node<'_>) -> bool {
    match node.kind() {
        NodeKind::Null => true,
        NodeKind::String => node.text().trim_ascii().is_empty(),
        NodeKind::Bool | NodeKind::Number => false,
        NodeKind::Array | NodeKind::Object => node.children().all(is_blank),
    }
}

/// The nodes of a tree that hold the fields of an account.
pub(super) struct FieldNodes([Option<usize>; Field::COUNT]);

/// Which of two keys of one field is used.
pub(super) enum Precedence {
    Earlier,
    Later,
    Neither,
}

/// Which of two keys of one field is used.
pub(super) const fn precedence(earlier: KeyMeaning, later: KeyMeaning) -> Precedence {
    match (earlier, later) {
        (KeyMeaning::Mapped(_), KeyMeaning::Mapped(_)) => Precedence::Neither,
        (KeyMeaning::LogIn, KeyMeaning::EMail)
        | (KeyMeaning::Field(_), KeyMeaning::TeamId)
        | (KeyMeaning::Mapped(_), _) => Precedence::Earlier,
        (KeyMeaning::EMail, KeyMeaning::LogIn)
        | (KeyMeaning::TeamId, KeyMeaning::Field(_))
        | (_, KeyMeaning::Mapped(_)) => Precedence::Later,
        // No rule reads these: the first will do.
        (KeyMeaning::Field(Field::Id | Field::TimeZone | Field::Locale | Field::DisplayId | Field::QmViews), _) => {
            Precedence::Earlier
        }
        _ => Precedence::Neither,
    }
}

/// What each account of a list has to be.
const AN_ACCOUNT: &str =
    r#"Write an object, such as `{"userName": "api.payroll@acme.example", "roles": ["Administrator"]}`."#;

/// What helps if keys are called otherwise.
const MAP_THE_KEYS: &str = "Run `rolecall init FILE`: it writes a config that maps the keys under `[columns]`.";

/// The fault of an object that holds nothing of an account. `has_fields` tells whether a key of it is one of accounts.
fn blank_fault(node: Node<'_>, has_fields: bool) -> Fault {
    if has_fields || node.children().all(is_blank) {
        return Fault::new(FaultKind::RecordBlank, node.outer(), "an object of blank values is not an account");
    }
    let message = "none of the object's keys is a key of an account";
    Fault::new(FaultKind::ShapeInvalid, node.outer(), message).with_remedy(MAP_THE_KEYS)
}

fn duplicate_field(field: Field, earlier: Node<'_>, later: Node<'_>) -> Fault {
    let key = |node: Node<'_>| quoted(node.key().unwrap_or_default());
    let message = format!("the keys {} and {} both mean the {}", key(earlier), key(later), field.label());
    let span = |node: Node<'_>| node.key_span().unwrap_or_else(|| node.outer());
    let fault = Fault::new(FaultKind::HeaderDuplicate, span(later), message).and(span(earlier), "the other one");
    let keys = [earlier, later].map(|node| node.key().unwrap_or_default());
    fault.with_remedy(columns::choose(field, keys))
}

impl Record for DocumentAccount<'_> {
    fn input(&self) -> InputId {
        self.at.input
    }

    fn number(&self) -> u64 {
        self.at.number
    }

    fn span(&self) -> Span {
        self.node.outer()
    }

    fn input_kind(&self) -> InputKind {
        self.at.input_kind
    }

    /// The value's text in the document. `None` for plans: they have few records, and in their formats equal text need
    /// not mean the same.
    fn raw_text(&self, field: Field) -> Option<&str> {
        if self.at.input_kind == InputKind::Plan {
            return None;
        }
        match self.field(field) {
            // `"7"` is a number here and a name under another key of the field: the text includes the key.
            Some(node) if is_team_id(node) => written_from(node.key_span()?.start.checked_sub(1)?, node),
            Some(node) => as_written(node),
            None => self.present.has(field).then_some(""),
        }
    }

    fn is_ascii(&self, fields: &[Field]) -> bool {
        // The text of an alias is elsewhere; an escape may be any character.
        let is_plain = |text: &str| text.is_ascii() && memchr::memchr(b'\\', text.as_bytes()).is_none();
        let is_field_plain =
            |field: &Field| self.field(*field).is_none_or(|node| as_written(node).is_some_and(is_plain));
        self.at.input_kind == InputKind::Export && fields.iter().all(is_field_plain)
    }

    fn cell(&self, field: Field) -> Cell<'_> {
        self.cell_of(field)
    }

    fn list(&self, field: Field, syntax: &ListSyntax) -> ListCell<'_> {
        self.list_of(field, syntax)
    }

    fn secret(&self) -> SecretCell<'_> {
        self.secret_of()
    }

    fn all_secrets(&self) -> Vec<SecretCell<'_>> {
        self.all_secrets_of()
    }

    fn excerpt(&self, spans: &[Span]) -> Excerpt {
        let of_reviews = Field::ALL.iter().filter(|field| field.is_of_reviews());
        let read = of_reviews.filter_map(|field| self.field(*field).filter(|node| !is_hidden(*field, *node)));
        mask::excerpt(self.node, spans, &read.map(Node::outer).collect::<Vec<_>>())
    }
}

fn as_written(node: Node<'_>) -> Option<&str> {
    written_from(node.outer().start, node)
}

/// The document's text from byte `start` to the end of a value.
fn written_from(start: u64, node: Node<'_>) -> Option<&str> {
    let (source, base) = node.source();
    let index = |byte: u64| usize::try_from(byte.checked_sub(base)?).ok();
    source.get(index(start)?..index(node.outer().end)?)
}
