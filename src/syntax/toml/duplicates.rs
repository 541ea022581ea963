//! The first place of a repeated TOML key: the parser reports only the second.
//!
//! Every second key is replaced by a name of the same length that is not in use, and the text is read again:
//! nothing moves, and the first key is then a neighbour of the new name.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The letters of the new names.
const LETTERS: &[u8; 64] = b"_-ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// For each repeated key the decoded key, and its first place if that is certain.
pub(super) fn first_places(text: &str, later: &[Range<usize>]) -> Vec<(String, Option<Range<usize>>)> {
    let mut renamed = text.to_owned();
    for (number, place) in later.iter().enumerate() {
        renamed.replace_range(place.clone(), &name(number, place.len()));
    }
    let (root, _) = DeTable::parse_recoverable(&renamed);
    let find = |place: &Range<usize>| {
        let key = decoded(&text[place.clone()]);
        let first = neighbour(root.get_ref(), place, &key).filter(|first| first.start < place.start);
        (key, first)
    };
    later.iter().map(find).collect()
}

/// A bare key of `length` bytes, another for each number as long as the length allows it.
fn name(number: usize, length: usize) -> String {
    let digit = |at: usize| {
        let value = u32::try_from(at).ok().and_then(|at| number.checked_shr(at * 6)).unwrap_or(0);
        char::from(LETTERS[value % LETTERS.len()])
    };
    (0..length).map(digit).collect()
}

fn decoded(key: &str) -> String {
    let line = format!("{key} = 0");
    let (table, _) = DeTable::parse_recoverable(&line);
    table.get_ref().keys().next().map_or_else(|| key.to_owned(), |key| key.get_ref().to_string())
}

/// Looks for the table with a key at `place`; in it, for the place of `key`. Tables nest at most as deeply as
/// the parser allows.
fn neighbour(table: &DeTable<'_>, place: &Range<usize>, key: &str) -> Option<Range<usize>> {
    if table.keys().any(|other| other.span() == *place) {
        return table.keys().find(|other| other.get_ref() == key).map(Spanned::span);
    }
    table.values().find_map(|value| neighbour_below(value.get_ref(), place, key))
}

fn neighbour_below(value: &DeValue<'_>, place: &Range<usize>, key: &str) -> Option<Range<usize>> {
    match value {
        DeValue::Table(table) => neighbour(table, place, key),
        DeValue::Array(items) => items.iter().find_map(|item| neighbour_below(item.get_ref(), place, key)),
        _ => None,
    }
}
