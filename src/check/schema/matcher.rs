//! The JSON Schemas that most rules have, put to cells in place: no value is built, and nothing is allocated.
//!
//! What it does not know is left to `jsonschema`, and so is what is wrong. A law holds both to the same answers.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::check::{TextTest, has_characters};
use crate::record::Field;
use crate::record::list::ListItem;
use crate::schema::LazyRegex;

/// A part of a record, as a schema sees it.
#[derive(Clone, Copy)]
pub(super) enum Instance<'a> {
    Text(&'a str),
    List(&'a [ListItem<'a>]),
    /// All cells. Those that are blank are missing.
    Record(&'a [(Field, CellValue<'a>)]),
}

/// What a cell holds.
pub(super) enum CellValue<'a> {
    /// Nothing.
    Blank,
    /// A text.
    Text(Cow<'a, str>),
    /// A list.
    List(Vec<ListItem<'a>>),
}

/// What a schema demands: all of its keywords.
pub(super) struct SchemaMatcher(Vec<Keyword>);

enum Keyword {
    Type {
        text: bool,
        list: bool,
        record: bool,
    },
    /// One of these, which are sorted.
    Values {
        texts: Vec<String>,
        lists: Vec<Vec<String>>,
    },
    MinLength(usize),
    MaxLength(usize),
    Pattern(LazyRegex),
    MinItems(usize),
    MaxItems(usize),
    UniqueItems,
    Items(SchemaMatcher),
    Contains {
        item: SchemaMatcher,
        least: usize,
        most: usize,
    },
    Property(Field, SchemaMatcher),
    Required(Vec<Field>),
    Not(SchemaMatcher),
    AllOf(Vec<SchemaMatcher>),
    AnyOf(Vec<SchemaMatcher>),
    OneOf(Vec<SchemaMatcher>),
    If {
        condition: SchemaMatcher,
        then: SchemaMatcher,
        otherwise: SchemaMatcher,
    },
    Nothing,
}

impl SchemaMatcher {
    /// `None` if the schema says something that only `jsonschema` knows, or that it may refuse.
    pub(super) fn compile(schema: &Value) -> Option<Self> {
        let members = match schema {
            Value::Bool(true) => return Some(Self(Vec::new())),
            Value::Bool(false) => return Some(Self(vec![Keyword::Nothing])),
            schema => schema.as_object()?,
        };
        let mut keywords = Vec::with_capacity(members.len());
        for (word, value) in members {
            add(word, value, members, &mut keywords)?;
        }
        Some(Self(keywords))
    }

    /// Adds all that it asks of the text in `field` of a record. It calls itself for schemas inside, as deep as the parser of
    /// schemas goes.
    pub(super) fn tests_of<'m>(&'m self, field: Field, tests: &mut Vec<TextTest<'m>>) {
        for keyword in &self.0 {
            match keyword {
                Keyword::Property(of, matcher) if *of == field => matcher.tests(tests),
                other => other.inner().for_each(|one| one.tests_of(field, tests)),
            }
        }
    }

    /// Adds all that it asks of a text. It calls itself likewise.
    fn tests<'m>(&'m self, tests: &mut Vec<TextTest<'m>>) {
        for keyword in &self.0 {
            match keyword {
                Keyword::Values { texts, .. } => tests.push(TextTest::OneOf(texts)),
                Keyword::MinLength(least) => tests.push(TextTest::Characters(*least)),
                Keyword::MaxLength(most) => tests.push(TextTest::Characters(most.saturating_add(1))),
                Keyword::Pattern(pattern) => tests.push(TextTest::Pattern(pattern)),
                other => other.inner().for_each(|one| one.tests(tests)),
            }
        }
    }

    /// True if a cell with this value meets the schema.
    fn accepts_value(&self, value: Option<&CellValue<'_>>) -> bool {
        match value {
            None | Some(CellValue::Blank) => true,
            Some(CellValue::Text(text)) => self.accepts(Instance::Text(text)),
            Some(CellValue::List(items)) => self.accepts(Instance::List(items)),
        }
    }

    /// True if the instance meets the schema.
    pub(super) fn accepts(&self, instance: Instance<'_>) -> bool {
        self.0.iter().all(|keyword| keyword.accepts(instance))
    }
}

/// Adds what the keyword `word` of the schema `members` demands.
fn add(word: &str, value: &Value, members: &Map<String, Value>, keywords: &mut Vec<Keyword>) -> Option<()> {
    let number = |value: &Value| usize::try_from(value.as_u64()?).ok();
    let bound = |word: &str| members.get(word).map_or(Some(None), |value| Some(Some(number(value)?)));
    let of = |word: &str| members.get(word).map_or(Some(SchemaMatcher(Vec::new())), SchemaMatcher::compile);
    keywords.push(match word {
        "title" | "description" | "$comment" => return value.is_string().then_some(()),
        "$schema" => return Some(()),
        _ if word.starts_with("x-") => return Some(()),
        "type" => types(value)?,
        "const" => values(std::slice::from_ref(value))?,
        "enum" => values(value.as_array()?)?,
        "minLength" => Keyword::MinLength(number(value)?),
        "maxLength" => Keyword::MaxLength(number(value)?),
        "pattern" => Keyword::Pattern(pattern(value.as_str()?)?),
        "minItems" => Keyword::MinItems(number(value)?),
        "maxItems" => Keyword::MaxItems(number(value)?),
        "uniqueItems" => match value.as_bool()? {
            true => Keyword::UniqueItems,
            false => return Some(()),
        },
        "items" => Keyword::Items(SchemaMatcher::compile(value)?),
        "contains" => Keyword::Contains {
            item: SchemaMatcher::compile(value)?,
            least: bound("minContains")?.unwrap_or(1),
            most: bound("maxContains")?.unwrap_or(usize::MAX),
        },
        "minContains" | "maxContains" => return members.contains_key("contains").then_some(()),
        "properties" => {
            for (name, schema) in value.as_object()? {
                keywords.push(Keyword::Property(Field::by_name(name)?, SchemaMatcher::compile(schema)?));
            }
            return Some(());
        }
        "required" => Keyword::Required(fields(value)?),
        "dependentRequired" => {
            for (name, others) in value.as_object()? {
                let condition = SchemaMatcher(vec![Keyword::Required(vec![Field::by_name(name)?])]);
                let then = SchemaMatcher(vec![Keyword::Required(fields(others)?)]);
                keywords.push(Keyword::If { condition, then, otherwise: SchemaMatcher(Vec::new()) });
            }
            return Some(());
        }
        "not" => Keyword::Not(SchemaMatcher::compile(value)?),
        "allOf" => Keyword::AllOf(matchers(value)?),
        "anyOf" => Keyword::AnyOf(matchers(value)?),
        "oneOf" => Keyword::OneOf(matchers(value)?),
        "if" => Keyword::If { condition: SchemaMatcher::compile(value)?, then: of("then")?, otherwise: of("else")? },
        "then" | "else" => return members.contains_key("if").then_some(()),
        _ => return None,
    });
    Some(())
}

fn matchers(schemas: &Value) -> Option<Vec<SchemaMatcher>> {
    schemas.as_array()?.iter().map(SchemaMatcher::compile).collect()
}

/// A pattern, with classes as ECMA 262 and `jsonschema` read them.
fn pattern(pattern: &str) -> Option<LazyRegex> {
    LazyRegex::new(jsonschema_regex::to_rust_regex(pattern).ok()?.into_owned())
}

fn fields(names: &Value) -> Option<Vec<Field>> {
    let names = names.as_array()?;
    let is_twice = |(at, name): (usize, &Value)| names[..at].contains(name);
    if names.iter().enumerate().any(is_twice) {
        return None;
    }
    names.iter().map(|name| Field::by_name(name.as_str()?)).collect()
}

fn types(value: &Value) -> Option<Keyword> {
    const OTHERS: [&str; 4] = ["null", "boolean", "number", "integer"];
    let words = match value {
        Value::Array(words) if words.len() == 1 => words.as_slice(),
        word => std::slice::from_ref(word),
    };
    let word = words.first()?.as_str()?;
    let (text, list, record) = (word == "string", word == "array", word == "object");
    (text || list || record || OTHERS.contains(&word)).then_some(Keyword::Type { text, list, record })
}

/// A cell is a text or a list of texts; other values are never met.
fn values(all: &[Value]) -> Option<Keyword> {
    let (mut texts, mut lists) = (Vec::new(), Vec::new());
    for value in all {
        match value {
            Value::String(text) => texts.push(text.clone()),
            Value::Array(items) => {
                lists.extend(items.iter().map(|item| item.as_str().map(str::to_owned)).collect::<Option<_>>())
            }
            Value::Object(_) => return None,
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    texts.sort_unstable();
    Some(Keyword::Values { texts, lists })
}

impl Keyword {
    /// The schemas that it puts to the same value.
    fn inner(&self) -> impl Iterator<Item = &SchemaMatcher> {
        let (several, three): (&[SchemaMatcher], _) = match self {
            Self::Not(one) => (std::slice::from_ref(one), None),
            Self::AllOf(several) | Self::AnyOf(several) | Self::OneOf(several) => (several, None),
            Self::If { condition, then, otherwise } => (&[], Some([condition, then, otherwise])),
            _ => (&[], None),
        };
        several.iter().chain(three.into_iter().flatten())
    }

    /// It calls itself for schemas inside, as deep as the parser of schemas goes.
    fn accepts(&self, instance: Instance<'_>) -> bool {
        match (self, instance) {
            (Self::Type { text, .. }, Instance::Text(_)) => *text,
            (Self::Type { list, .. }, Instance::List(_)) => *list,
            (Self::Type { record, .. }, Instance::Record(_)) => *record,
            (Self::Values { texts, .. }, Instance::Text(text)) => {
                texts.binary_search_by(|known| known.as_str().cmp(text)).is_ok()
            }
            (Self::Values { lists, .. }, Instance::List(items)) => {
                let is_same = |known: &Vec<String>| known.iter().eq(items.iter().map(|item| item.text.as_ref()));
                lists.iter().any(is_same)
            }
            (Self::Values { .. }, Instance::Record(_)) => false,
            (Self::MinLength(least), Instance::Text(text)) => has_characters(text, *least),
            (Self::MaxLength(most), Instance::Text(text)) => !has_characters(text, most.saturating_add(1)),
            (Self::Pattern(pattern), Instance::Text(text)) => pattern.is_match(text),
            (Self::MinItems(least), Instance::List(items)) => items.len() >= *least,
            (Self::MaxItems(most), Instance::List(items)) => items.len() <= *most,
            (Self::UniqueItems, Instance::List(items)) => {
                let is_twice = |(at, item): (usize, &ListItem<'_>)| items[..at].iter().any(|one| one.text == item.text);
                !items.iter().enumerate().any(is_twice)
            }
            (Self::Items(matcher), Instance::List(items)) => {
                items.iter().all(|item| matcher.accepts(Instance::Text(&item.text)))
            }
            (Self::Contains { item: matcher, least, most }, Instance::List(items)) => {
                let count = items.iter().filter(|item| matcher.accepts(Instance::Text(&item.text))).count();
                (*least..=*most).contains(&count)
            }
            (Self::Property(field, matcher), Instance::Record(cells)) => matcher.accepts_value(value_of(cells, *field)),
            (Self::Required(fields), Instance::Record(cells)) => {
                fields.iter().all(|field| !matches!(value_of(cells, *field), None | Some(CellValue::Blank)))
            }
            (Self::Not(matcher), _) => !matcher.accepts(instance),
            (Self::AllOf(all), _) => all.iter().all(|one| one.accepts(instance)),
            (Self::AnyOf(all), _) => all.iter().any(|one| one.accepts(instance)),
            (Self::OneOf(all), _) => all.iter().filter(|one| one.accepts(instance)).take(2).count() == 1,
            (Self::If { condition, then, otherwise }, _) => {
                if condition.accepts(instance) {
                    then.accepts(instance)
                } else {
                    otherwise.accepts(instance)
                }
            }
            (Self::Nothing, _) => false,
            // The others concern values of another type.
            _ => true,
        }
    }
}

fn value_of<'c, 'a>(cells: &'c [(Field, CellValue<'a>)], field: Field) -> Option<&'c CellValue<'a>> {
    cells.iter().find(|(known, _)| *known == field).map(|(_, value)| value)
}

#[cfg(test)]
mod tests;
