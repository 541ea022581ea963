//! TOML 1.1 into a [`Tree`] with the place of every key and value.
//!
//! The grammar is the work of the `toml` crate, which goes on after an error: all that it found is reported at
//! once, in our words. What most files are made of is read without
//! it (`subset.rs`). Dates become strings as they were written. It knows no records.
//!
//! A table lies in many places in TOML. Its node begins at its header, or at its first dotted key, and ends
//! with the last of what is in it; its children are in the order of the file.

mod duplicates;
mod messages;
pub mod plain;
mod subset;
#[cfg(test)]
mod tests;

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::diagnostic::fault::{Fault, FaultKind};
use crate::source::Span;
use crate::syntax::tree::keys::duplicate;
use crate::syntax::tree::{MAX_DEPTH, NodeKind, ScalarText, Tree};
use messages::TomlError;

/// After so many faults the file is not the one that was meant.
const MAX_FAULTS: usize = 100;

/// Reads `text` into `tree`: an object, empty where the text is.
///
/// Byte 0 of `text` is byte `base` of the input. After faults the tree holds a part: clear it.
///
/// # Errors
/// Every place found where the text is not TOML, defines a key twice, nests too deeply, or holds a number that
/// is infinite, none, or beyond 64 bits.
pub fn parse(text: &str, base: u64, tree: &mut Tree) -> Result<(), Vec<Fault>> {
    if tree.is_empty() {
        if subset::parse(text, base, tree).is_some() {
            return Ok(());
        }
        tree.clear();
    }
    parse_any(text, base, tree)
}

/// The same of any TOML.
fn parse_any(text: &str, base: u64, tree: &mut Tree) -> Result<(), Vec<Fault>> {
    let (root, errors) = DeTable::parse_recoverable(text);
    let mut builder = TomlTreeBuilder { text, base, tree, depth: 0, faults: Vec::new() };
    if errors.is_empty() {
        builder.document(root.get_ref());
    } else {
        builder.report(&errors);
    }
    let mut faults = builder.faults;
    faults.truncate(MAX_FAULTS);
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

struct TomlTreeBuilder<'t, 'o> {
    text: &'t str,
    base: u64,
    tree: &'o mut Tree,
    depth: usize,
    faults: Vec<Fault>,
}

impl TomlTreeBuilder<'_, '_> {
    fn document(&mut self, root: &DeTable<'_>) {
        let starts = root.iter().map(|(key, value)| key.span().start.min(value.span().start));
        let start = starts.min().unwrap_or(0);
        self.table(root, start..start);
    }

    /// Adds a table that begins with `own`, and gives the offset after the last of it.
    fn table(&mut self, table: &DeTable<'_>, own: Range<usize>) -> usize {
        let mut members: Vec<_> = table.iter().collect();
        members.sort_unstable_by_key(|(key, _)| key.span().start);
        // The object of a header is what follows it, as in YAML.
        let is_under_header = self.text[own.start..].starts_with('[');
        let first = members.first().filter(|_| is_under_header).map_or(own.start, |(key, _)| key.span().start);
        let index = self.tree.open(NodeKind::Object, self.byte(first));
        let mut end = own.end;
        for (key, value) in members {
            self.key(&key.span(), key.get_ref());
            end = end.max(self.value(value));
        }
        self.tree.close(index, self.byte(end));
        end
    }

    fn array(&mut self, items: &[Spanned<DeValue<'_>>], own: Range<usize>) -> usize {
        let index = self.tree.open(NodeKind::Array, self.byte(own.start));
        let end = items.iter().fold(own.end, |end, item| end.max(self.value(item)));
        self.tree.close(index, self.byte(end));
        end
    }

    fn key(&mut self, place: &Range<usize>, text: &str) {
        let inner = self.inside_quotes(place);
        let text = self.scalar_text(&inner, text);
        self.tree.key(self.span(inner), text);
    }

    /// Adds a value and gives the offset after it. It calls itself for what is inside, as deep as is allowed.
    fn value(&mut self, value: &Spanned<DeValue<'_>>) -> usize {
        let place = value.span();
        let is_leaf = !matches!(value.get_ref(), DeValue::Table(_) | DeValue::Array(_));
        if !is_leaf && self.depth + 1 >= MAX_DEPTH {
            let message = format!("more than {MAX_DEPTH} tables and arrays are nested");
            self.faults.push(Fault::new(FaultKind::TooDeep, self.span(place.clone()), message));
            self.scalar_as_written(NodeKind::Null, place.clone());
            return place.end;
        }
        self.depth += 1;
        let end = match value.get_ref() {
            DeValue::Table(table) => {
                // A table that is only named on the way to another has the place of its key.
                let has_own = self.text[place.start..].starts_with(['{', '[']);
                self.table(table, if has_own { place } else { place.start..place.start })
            }
            DeValue::Array(items) => self.array(items, place),
            leaf => {
                self.leaf(leaf, &place);
                place.end
            }
        };
        self.depth -= 1;
        end
    }

    fn leaf(&mut self, value: &DeValue<'_>, place: &Range<usize>) {
        match value {
            DeValue::String(text) => self.scalar(NodeKind::String, place, &self.inside_quotes(place), text),
            DeValue::Datetime(_) => self.scalar_as_written(NodeKind::String, place.clone()),
            DeValue::Boolean(_) => self.scalar_as_written(NodeKind::Bool, place.clone()),
            DeValue::Integer(number) => match i128::from_str_radix(number.as_str(), number.radix()) {
                Ok(value) if u64::try_from(value).is_err() && i64::try_from(value).is_err() => {
                    self.too_large_a_number(place);
                }
                Ok(_) if number.radix() == 10 => self.scalar(NodeKind::Number, place, place, number.as_str()),
                Ok(value) => self.scalar(NodeKind::Number, place, place, &value.to_string()),
                Err(_) => self.too_large_a_number(place),
            },
            DeValue::Float(number) if number.as_str().ends_with(['f', 'n']) => {
                self.not_a_number(place, "a number that is infinite or not a number");
            }
            DeValue::Float(number) => self.scalar(NodeKind::Number, place, place, number.as_str()),
            DeValue::Table(_) | DeValue::Array(_) => {}
        }
    }

    fn scalar(&mut self, kind: NodeKind, place: &Range<usize>, inner: &Range<usize>, text: &str) {
        let text = self.scalar_text(inner, text);
        self.tree.scalar(kind, self.span(place.clone()), self.span(inner.clone()), text);
    }

    fn scalar_as_written(&mut self, kind: NodeKind, place: Range<usize>) {
        let span = self.span(place);
        self.tree.scalar(kind, span, span, ScalarText::AsWritten);
    }

    fn too_large_a_number(&mut self, place: &Range<usize>) {
        let remedy = format!("Write a whole number of at most {}.", u64::MAX);
        self.refuse_number(place, "a whole number of more than 64 bits", &remedy);
    }

    fn not_a_number(&mut self, place: &Range<usize>, message: &str) {
        self.refuse_number(place, message, "Write a number, or put the value in quotes.");
    }

    fn refuse_number(&mut self, place: &Range<usize>, message: &str, remedy: &str) {
        let fault = Fault::new(FaultKind::ShapeInvalid, self.span(place.clone()), message);
        self.faults.push(fault.with_remedy(remedy));
        self.scalar_as_written(NodeKind::Null, place.clone());
    }

    /// The place inside the quotes at `place`, if it has any.
    fn inside_quotes(&self, place: &Range<usize>) -> Range<usize> {
        let scalar_as_written = &self.text[place.clone()];
        if !scalar_as_written.starts_with(['"', '\'']) || scalar_as_written.len() < 2 {
            return place.clone();
        }
        if scalar_as_written.len() < 6 || !["\"\"\"", "'''"].iter().any(|mark| scalar_as_written.starts_with(mark)) {
            return place.start + 1..place.end - 1;
        }
        // A line end right after the opening quotes is not part of the string.
        let line_end =
            ["\r\n", "\n"].iter().find(|mark| scalar_as_written[3..].starts_with(**mark)).map_or(0, |mark| mark.len());
        place.start + 3 + line_end..place.end - 3
    }

    fn scalar_text<'x>(&self, inner: &Range<usize>, text: &'x str) -> ScalarText<'x> {
        if self.text[inner.clone()] == *text { ScalarText::AsWritten } else { ScalarText::Decoded(text) }
    }

    /// Tells the parser's errors in our words, in the order of the file. Of several breaches of the grammar in
    /// one line only the first is reported: the others mostly follow from it.
    fn report(&mut self, errors: &[toml::de::Error]) {
        let mut found: Vec<_> = errors
            .iter()
            .map(|error| {
                let place = error.span().unwrap_or(self.text.len()..self.text.len());
                let place = self.whole_characters(place);
                (messages::classify(error.message(), place.is_empty()), place, error.span().is_some())
            })
            .collect();
        found.sort_by_key(|(_, place, _)| place.start);
        found.truncate(MAX_FAULTS);
        let is_twice = |classify: &TomlError| *classify == TomlError::Duplicate;
        let later: Vec<_> =
            found.iter().filter(|(classify, ..)| is_twice(classify)).map(|(_, place, _)| place.clone()).collect();
        let mut first_places = duplicates::first_places(self.text, &later).into_iter();
        let mut reported_line = None;
        for (classify, place, is_placed) in found {
            let line = self.text[..place.start].rfind('\n');
            let fault = match classify {
                TomlError::Duplicate => {
                    let (_, first) = first_places.next().expect("internal error: a repeated key that was not expected");
                    self.duplicate_key(place, first)
                }
                TomlError::TooDeep => self.too_deep(place, is_placed),
                TomlError::Grammar(..) if reported_line == Some(line) => continue,
                TomlError::Grammar(message, remedy) => {
                    reported_line = Some(line);
                    let fault = Fault::new(FaultKind::SyntaxInvalid, self.span(place), message);
                    if remedy.is_empty() { fault } else { fault.with_remedy(remedy) }
                }
            };
            self.faults.push(fault);
        }
    }

    fn duplicate_key(&self, later: Range<usize>, first: Option<Range<usize>>) -> Fault {
        let later = self.span(self.inside_quotes(&later));
        match first {
            Some(first) => duplicate(later, self.span(self.inside_quotes(&first))),
            None => Fault::new(FaultKind::KeyDuplicate, later, "a table has the same key twice"),
        }
    }

    fn too_deep(&self, place: Range<usize>, is_placed: bool) -> Fault {
        let message = "tables and arrays are nested too deeply";
        if is_placed {
            Fault::new(FaultKind::TooDeep, self.span(place), message)
        } else {
            Fault::of_input(FaultKind::TooDeep, message)
        }
    }

    /// The parser's places are trusted no further than that they are shown.
    fn whole_characters(&self, place: Range<usize>) -> Range<usize> {
        let start = self.text.floor_char_boundary(place.start);
        start..self.text.ceil_char_boundary(place.end).max(start)
    }

    fn byte(&self, offset: usize) -> u64 {
        self.base + offset as u64
    }

    fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.byte(range.start), self.byte(range.end))
    }
}
