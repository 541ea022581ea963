//! The program's own schemas as tables that `build/schemas.rs` makes, walked over a tree in place: no value is built and no
//! pattern compiled, since every start checks files against them. Only a document that fails needs `jsonschema`, for words
//! and places. A law holds both to the same answers.

use super::value::number;
use crate::syntax::tree::{Node, NodeKind};

/// A schema by its number in its table.
type Number = u16;

/// What a schema demands.
pub(super) enum SchemaKeyword {
    Never,
    Ref(Number),
    /// A bit for each kind, as `build/schemas.rs` numbers them.
    Types(u8),
    /// Texts and numbers.
    Values(&'static (&'static [&'static str], &'static [f64])),
    MinLength(usize),
    MaxLength(usize),
    Pattern(&'static str),
    Format(&'static str),
    MinItems(usize),
    MaxItems(usize),
    UniqueItems,
    Items(Number),
    MinProperties(usize),
    MaxProperties(usize),
    Required(&'static [&'static str]),
    Members(&'static Members),
    PropertyNames(Number),
    Minimum(f64),
    Maximum(f64),
    ExclusiveMinimum(f64),
    AnyOf(&'static [Number]),
    OneOf(&'static [Number]),
    Not(Number),
    IfThen(Number, Number),
}

/// `properties`, and what concerns other keys.
pub(super) struct Members {
    pub(super) properties: &'static [(&'static str, Number)],
    pub(super) patterns: &'static [(&'static str, Number)],
    pub(super) others: Number,
}

/// A schema and those inside it.
pub(super) type SchemaTable = &'static [&'static [SchemaKeyword]];

/// The whole schema, behind `true` and `false`.
const ROOT: Number = 2;

/// True if the table's schema takes the node; `None` if only `jsonschema` can tell.
pub(super) fn accepts(table: SchemaTable, node: Node<'_>) -> Option<bool> {
    TableWalk { table }.meets(ROOT, SchemaTarget::Node(node))
}

/// What is put to a schema: a node, or the name of a key.
#[derive(Clone, Copy)]
enum SchemaTarget<'t> {
    Node(Node<'t>),
    Name(&'t str),
}

impl<'t> SchemaTarget<'t> {
    fn kind(self) -> NodeKind {
        match self {
            Self::Node(node) => node.kind(),
            Self::Name(_) => NodeKind::String,
        }
    }

    fn text(self) -> Option<&'t str> {
        match self {
            Self::Node(node) => node.as_str(),
            Self::Name(name) => Some(name),
        }
    }

    fn number(self) -> Option<f64> {
        match self {
            Self::Node(node) if node.kind() == NodeKind::Number => number(node.text()).as_f64(),
            _ => None,
        }
    }

    /// What lies in it, if it is of this kind.
    fn children(self, kind: NodeKind) -> Option<impl Iterator<Item = Node<'t>> + Clone> {
        match self {
            Self::Node(node) if node.kind() == kind => Some(node.children()),
            _ => None,
        }
    }

    /// The bits of its kind.
    fn types(self) -> u8 {
        match self.kind() {
            NodeKind::Null => 1,
            NodeKind::Bool => 2,
            NodeKind::Number if self.number().is_some_and(|number| number.fract() == 0.0) => 4 | 64,
            NodeKind::Number => 4,
            NodeKind::String => 8,
            NodeKind::Array => 16,
            NodeKind::Object => 32,
        }
    }
}

struct TableWalk {
    table: SchemaTable,
}

impl TableWalk {
    /// It calls itself for what is inside, as deep as trees are.
    fn meets(&self, schema: Number, instance: SchemaTarget<'_>) -> Option<bool> {
        all(self.table[usize::from(schema)].iter().map(|keyword| self.meets_keyword(keyword, instance)))
    }

    fn meets_keyword(&self, keyword: &SchemaKeyword, instance: SchemaTarget<'_>) -> Option<bool> {
        let bound = |holds: &dyn Fn(f64) -> bool| Some(instance.number().is_none_or(holds));
        let length =
            |holds: &dyn Fn(usize) -> bool| Some(instance.text().is_none_or(|text| holds(text.chars().count())));
        Some(match keyword {
            SchemaKeyword::Never => false,
            SchemaKeyword::Ref(schema) => return self.meets(*schema, instance),
            SchemaKeyword::Types(types) => types & instance.types() != 0,
            SchemaKeyword::Values((texts, numbers)) => {
                instance.text().is_some_and(|text| texts.contains(&text))
                    || instance.number().is_some_and(|number| numbers.contains(&number))
            }
            SchemaKeyword::MinLength(least) => return length(&|length| length >= *least),
            SchemaKeyword::MaxLength(most) => return length(&|length| length <= *most),
            SchemaKeyword::Pattern(pattern) => {
                return instance.text().map_or(Some(true), |text| matches(pattern, text));
            }
            SchemaKeyword::Format(format) => {
                return instance.text().map_or(Some(true), |text| has_format(format, text));
            }
            SchemaKeyword::Minimum(least) => return bound(&|number| number >= *least),
            SchemaKeyword::Maximum(most) => return bound(&|number| number <= *most),
            SchemaKeyword::ExclusiveMinimum(below) => return bound(&|number| number > *below),
            SchemaKeyword::MaxItems(most) => count(instance, NodeKind::Array).is_none_or(|items| items <= *most),
            SchemaKeyword::MinItems(least) => count(instance, NodeKind::Array).is_none_or(|items| items >= *least),
            SchemaKeyword::UniqueItems => return instance.children(NodeKind::Array).map_or(Some(true), are_unique),
            SchemaKeyword::MinProperties(least) => count(instance, NodeKind::Object).is_none_or(|keys| keys >= *least),
            SchemaKeyword::MaxProperties(most) => count(instance, NodeKind::Object).is_none_or(|keys| keys <= *most),
            SchemaKeyword::Required(keys) => match instance.children(NodeKind::Object) {
                Some(members) => keys.iter().all(|key| members.clone().any(|member| member.key() == Some(key))),
                None => true,
            },
            SchemaKeyword::Items(schema) => {
                let mut items = instance.children(NodeKind::Array).into_iter().flatten();
                return all(items.by_ref().map(|item| self.meets(*schema, SchemaTarget::Node(item))));
            }
            SchemaKeyword::Members(known) => {
                let members = instance.children(NodeKind::Object).into_iter().flatten();
                return all(members.map(|member| self.meets_member(known, member)));
            }
            SchemaKeyword::PropertyNames(schema) => {
                let members = instance.children(NodeKind::Object).into_iter().flatten();
                return all(
                    members.map(|member| self.meets(*schema, SchemaTarget::Name(member.key().unwrap_or_default())))
                );
            }
            SchemaKeyword::AnyOf(schemas) => {
                let mut met = schemas.iter().map(|schema| self.meets(*schema, instance));
                return all(met.by_ref().map(|met| met.map(|met| !met))).map(|none| !none);
            }
            SchemaKeyword::OneOf(schemas) => {
                let met: Option<Vec<bool>> = schemas.iter().map(|schema| self.meets(*schema, instance)).collect();
                met?.into_iter().filter(|met| *met).count() == 1
            }
            SchemaKeyword::Not(schema) => !self.meets(*schema, instance)?,
            SchemaKeyword::IfThen(condition, then) => {
                return if self.meets(*condition, instance)? { self.meets(*then, instance) } else { Some(true) };
            }
        })
    }

    fn meets_member(&self, known: &Members, member: Node<'_>) -> Option<bool> {
        let key = member.key().unwrap_or_default();
        let mut is_known = false;
        if let Some((_, schema)) = known.properties.iter().find(|(name, _)| *name == key) {
            is_known = true;
            if !self.meets(*schema, SchemaTarget::Node(member))? {
                return Some(false);
            }
        }
        for (pattern, schema) in known.patterns {
            if matches(pattern, key)? {
                is_known = true;
                if !self.meets(*schema, SchemaTarget::Node(member))? {
                    return Some(false);
                }
            }
        }
        if is_known { Some(true) } else { self.meets(known.others, SchemaTarget::Node(member)) }
    }
}

/// True if all are, false if one is not, and `None` if that is not known.
fn all(parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut answer = Some(true);
    for part in parts {
        match part {
            Some(false) => return Some(false),
            Some(true) => {}
            None => answer = None,
        }
    }
    answer
}

fn count(instance: SchemaTarget<'_>, kind: NodeKind) -> Option<usize> {
    instance.children(kind).map(Iterator::count)
}

/// True if no two items are equal; `None` unless all are texts.
fn are_unique<'t>(items: impl Iterator<Item = Node<'t>>) -> Option<bool> {
    let mut texts: Vec<&str> = items.map(Node::as_str).collect::<Option<_>>()?;
    texts.sort_unstable();
    Some(texts.windows(2).all(|pair| pair[0] != pair[1]))
}

/// True if `text` has a match of a pattern of the program's own schemas; `None` if the pattern is new to it.
fn matches(pattern: &str, text: &str) -> Option<bool> {
    PATTERNS.iter().find(|(known, _)| *known == pattern).map(|(_, matches)| matches(text))
}

type Matches = fn(&str) -> bool;

/// Patterns of the program's own schemas, as code.
const PATTERNS: [(&str, Matches); 13] = [
    (r"^[^\p{Cc}]*$", |text| !text.chars().any(char::is_control)),
    (r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", |text| {
        let is_word =
            |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        text.starts_with(|first: char| first.is_ascii_lowercase()) && text.split('-').all(is_word)
    }),
    (r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", is_dated),
    (r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$", |text| text.is_empty() || is_dated(text)),
    (r"^[ \t\n\r\f]*$", |text| text.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'\x0c'))),
    (r"^x-", |text| text.starts_with("x-")),
    (r"^[A-Za-z0-9][A-Za-z0-9._-]*$", |text| {
        text.starts_with(|first: char| first.is_ascii_alphanumeric())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
    }),
    (r"^[A-Za-z][A-Za-z0-9.-]*$", |text| {
        text.starts_with(|first: char| first.is_ascii_alphabetic())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte))
    }),
    (r"^[0-9]{1,15}(\.[0-9]{1,6})?$", |text| match text.split_once('.') {
        Some((whole, part)) => has_digits(whole, 15) && has_digits(part, 6),
        None => has_digits(text, 15),
    }),
    (r"^[0-9]{1,9}\.[0-9]{1,9}\.[0-9]{1,9}$", |text| is_version(text, 3..=3)),
    (r"^>=[0-9]{1,9}(\.[0-9]{1,9}){0,2}$", |text| text.strip_prefix(">=").is_some_and(|text| is_version(text, 1..=3))),
    (r"\S", |text| text.contains(|c: char| c == '\u{85}' || (c != '\u{feff}' && !c.is_whitespace()))),
    (r"^sha256:[0-9a-f]{64}$", |text| {
        let digits = text.strip_prefix("sha256:").unwrap_or_default();
        digits.len() == 64 && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    }),
];

fn is_dated(text: &str) -> bool {
    text.len() == 10
        && text
            .bytes()
            .enumerate()
            .all(|(at, byte)| if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() })
}

fn has_digits(text: &str, most: usize) -> bool {
    (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_version(text: &str, parts: std::ops::RangeInclusive<usize>) -> bool {
    parts.contains(&text.split('.').count()) && text.split('.').all(|part| has_digits(part, 9))
}

/// True if `text` has a format; `None` if the format is new to it.
fn has_format(format: &str, text: &str) -> Option<bool> {
    (format == "date").then(|| is_dated(text) && text.parse::<jiff::civil::Date>().is_ok())
}

#[cfg(test)]
mod tests;
