//! Edits: the bytes of a guilty value, and the value as it is written in their place.

use std::collections::BTreeMap;
use std::ops::Range;

use super::FixInput;
use crate::diagnostic::Diagnostic;
use crate::fast::sort_few::sort_few_by_key;
use crate::read::Format;
use crate::rule::{FixKind, RuleFix};

/// A replacement of bytes in one input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edit {
    input: usize,
    start: usize,
    end: usize,
    /// What is replaced.
    pub(super) old: String,
    /// What replaces it, quoted and escaped.
    new: String,
}

impl Edit {
    pub(super) fn overlaps(&self, other: &Self) -> bool {
        self.input == other.input && self.start <= other.end && other.start <= self.end
    }
}

/// The edit of what the finding underlines, or why there is none.
pub(super) fn edit_of(diagnostic: &Diagnostic, inputs: &[FixInput], fix: &RuleFix) -> Result<Edit, &'static str> {
    let label = diagnostic.labels.first().ok_or("the finding has no place")?;
    let number = inputs.iter().position(|input| *input.name == *label.file).ok_or("its file is not an input")?;
    let input = &inputs[number];
    let bytes = input.text.as_deref().ok_or("it is not in a plan that was named")?;
    let text = std::str::from_utf8(bytes).map_err(|_| "its plan is not UTF-8")?;
    let at = |byte: u64| usize::try_from(byte).unwrap_or(usize::MAX);
    let (start, end) = (at(label.start.byte), at(label.end.byte));
    let old = text.get(start..end).ok_or("its place is not in the plan")?;
    match fix.kind {
        FixKind::Set => replacement(number, text, start..end, &fix.value, input.format),
        FixKind::Add if old.is_empty() => Err("the list has no item: write it yourself"),
        FixKind::Add if old.starts_with(['*', '&', '!']) => Err("its list is an alias, an anchor or a tag"),
        FixKind::Add => addition(number, text, start..end, &fix.value, input.format),
    }
}

/// The edit that writes `value` in place of what is at `place`.
fn replacement(
    input: usize,
    text: &str,
    place: Range<usize>,
    value: &str,
    format: Option<Format>,
) -> Result<Edit, &'static str> {
    let Range { start, end } = place;
    let old = &text[place];
    let (before, after) = (text[..start].chars().next_back(), text[end..].chars().next());
    let quote = before.filter(|quote| ['"', '\''].contains(quote) && after == Some(*quote));
    if quote.is_none() && old.starts_with(['*', '&', '!', '|', '>']) {
        return Err("its value is an alias, an anchor, a tag or a block");
    }
    if old.contains(['\n', '\r']) || (old.is_empty() && quote.is_none()) {
        return Err("there is no single value to replace");
    }
    let new = written(value, quote, format).ok_or("the value cannot be written between these quotes")?;
    Ok(Edit { input, start, end, old: old.to_owned(), new })
}

/// The edit that writes `value` behind the items at `place`: after a comma, or in a line of its own in a block of YAML.
fn addition(
    input: usize,
    text: &str,
    place: Range<usize>,
    value: &str,
    format: Option<Format>,
) -> Result<Edit, &'static str> {
    // The place of one item is inside its quotes, that of several ends behind them.
    let quote_of = |c: Option<char>| c.filter(|quote| ['"', '\''].contains(quote));
    let closing = quote_of(text[place.end..].chars().next());
    let quote = closing.or_else(|| quote_of(text[..place.end].chars().next_back()));
    let item = written(value, quote, format).ok_or("the value cannot be written between these quotes")?;
    let item = quote.map_or_else(|| item.clone(), |quote| format!("{quote}{item}{quote}"));
    let line = text[..place.start].rfind('\n').map_or(0, |end| end + 1);
    let lead = text[line..place.start].trim_end_matches(['"', '\'']);
    let is_block = format.map(Format::word) == Some("yaml") && lead.trim() == "-";
    let (at, new) = if is_block {
        let rest = &text[place.end..];
        let length = rest.find('\n').map_or(rest.len(), |end| end - usize::from(rest[..end].ends_with('\r')));
        let end = if text[..line].ends_with("\r\n") { "\r\n" } else { "\n" };
        (place.end + length, format!("{end}{lead}{item}"))
    } else {
        (place.end + closing.map_or(0, char::len_utf8), format!(", {item}"))
    };
    Ok(Edit { input, start: at, end: at, old: String::new(), new })
}

/// `value` as it is written between these quotes, or without any.
fn written(value: &str, quote: Option<char>, format: Option<Format>) -> Option<String> {
    let quoted = serde_json::to_string(value).ok()?;
    match quote {
        Some('"') => Some(quoted[1..quoted.len() - 1].to_owned()),
        Some(_) if !value.contains('\'') => Some(value.to_owned()),
        Some(_) => (format.map(Format::word) == Some("yaml")).then(|| value.replace('\'', "''")),
        None => {
            let is_plain = value.starts_with(|c: char| c.is_ascii_alphabetic())
                && value.ends_with(|c: char| c.is_ascii_alphanumeric())
                && value.chars().all(|c| c.is_ascii_alphanumeric() || c == ' ')
                && !["true", "false", "null", "yes", "no", "on", "off"].contains(&value.to_ascii_lowercase().as_str());
            Some(if is_plain { value.to_owned() } else { quoted })
        }
    }
}

/// The new bytes of every input that an edit changes. The edits do not overlap.
pub(super) fn apply<'e>(inputs: &[FixInput], edits: impl Iterator<Item = &'e Edit>) -> BTreeMap<usize, Vec<u8>> {
    let mut edits: Vec<&Edit> = edits.collect();
    // From the end, so that places before an edit stay.
    sort_few_by_key(&mut edits, |edit| std::cmp::Reverse((edit.input, edit.start)));
    let mut texts: BTreeMap<usize, Vec<u8>> = BTreeMap::new();
    for edit in edits {
        let text = texts.entry(edit.input).or_insert_with(|| inputs[edit.input].text.clone().unwrap_or_default());
        text.splice(edit.start..edit.end, edit.new.bytes());
    }
    texts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_as_their_place_needs_it() {
        for (value, quote, format, expected) in [
            ("EnterpriseView", None, Format::Yaml, Some("EnterpriseView")),
            ("Default Team", None, Format::Yaml, Some("Default Team")),
            ("A # B", None, Format::Yaml, Some("\"A # B\"")),
            ("no", None, Format::Yaml, Some("\"no\"")),
            ("a \"b\"", Some('"'), Format::Toml, Some("a \\\"b\\\"")),
            ("it's", Some('\''), Format::Yaml, Some("it''s")),
            ("it's", Some('\''), Format::Toml, None),
        ] {
            assert_eq!(written(value, quote, Some(format)).as_deref(), expected, "{value}");
        }
    }
}
