//! What may be shown of a document around a place: the line, windowed, without secrets.
//!
//! Only what is known to be harmless is shown: punctuation, keys, and values under keys that are known and
//! are no password. Comments, values under unknown keys and everything else become an ellipsis.

use super::columns::{by_key, fold};
use super::keys::{KeyBook, Meaning};
use crate::diagnostic::snippet::Excerpt;
use crate::record::Field;
use crate::source::Span;
use crate::tree::{Kind, Node};

/// Characters kept before and after the place.
const MARGIN: usize = 36;

/// Keys inside the values of fields, and of plans and configs, whose values may be shown.
const HARMLESS: &[&str] = &[
    "rolecall", "product", "first login", "wfm", "integrations", "seats", "over", "permissions", "default", "groups",
    "teams", "min length", "classes", "history", "max age days", "password policy", "users", "persons", "name", "label",
    "main", "others", "mainview", "isadmindefault", "isagentdefault", "issupervisordefault", "warn at",
    // Of configs.
    "api users", "user names", "ids", "patterns", "regex", "max", "administrator", "role names", "accept equivalent",
    "teams", "alternates", "columns", "dates", "order", "lists", "separator", "names", "purpose words", "placeholders",
    "severity",
];

/// The part of a document's line around the first of `spans`, which all lie on one line.
#[must_use]
pub fn excerpt(root: Node<'_>, spans: &[Span]) -> Excerpt {
    let (source, base) = root.source();
    let mut shown = Vec::new();
    collect(root, true, false, &mut shown);
    shown.sort_unstable();
    window(source, base, spans, |span_at| is_in(&shown, span_at))
}

/// The same with keys alone: for a document whose values cannot be trusted to be what their keys say.
#[must_use]
pub fn excerpt_of_keys(root: Node<'_>, spans: &[Span]) -> Excerpt {
    let (source, base) = root.source();
    let mut shown = Vec::new();
    collect(root, false, false, &mut shown);
    shown.sort_unstable();
    window(source, base, spans, |at| is_in(&shown, at))
}

/// The spans of passwords: values under a key that means one, whatever they are.
pub fn passwords(node: Node<'_>, found: &mut Vec<Span>) {
    for child in node.children() {
        if child.key().is_some_and(is_password) {
            found.push(child.outer());
        } else {
            passwords(child, found);
        }
    }
}

/// The first place outside of passwords that refers to something in one of `passwords`.
#[must_use]
pub fn reference_into(node: Node<'_>, passwords: &[Span]) -> Option<Span> {
    let is_in = |defined: Span| passwords.iter().any(|password| password.holds(defined));
    node.children().filter(|child| !child.key().is_some_and(is_password)).find_map(|child| {
        child.defined().filter(|defined| is_in(*defined)).map(|_| child.outer()).or_else(|| reference_into(child, passwords))
    })
}

fn is_password(key: &str) -> bool {
    by_key(&fold(key)) == Some(Field::Password)
}

fn is_in(shown: &[Span], at: u64) -> bool {
    let after = shown.partition_point(|span| span.start <= at);
    after > 0 && at < shown[after - 1].end
}

/// Mappings whose keys are names of the site's own: licences, rules, fields.
const MAPS: &[&str] = &["licenses", "severity", "columns"];

/// The spans of keys and harmless scalars. In a map every key is as harmless as the map.
fn collect(node: Node<'_>, is_shown: bool, is_in_map: bool, shown: &mut Vec<Span>) {
    shown.extend(node.key_span());
    let is_shown = is_shown && (is_in_map || node.key().is_none_or(is_harmless));
    let is_map = !is_in_map && node.key().is_some_and(|key| MAPS.contains(&key));
    match node.kind() {
        Kind::Array | Kind::Object => node.children().for_each(|child| collect(child, is_shown, is_map, shown)),
        Kind::Null | Kind::Bool | Kind::Number | Kind::String if is_shown => shown.push(node.outer()),
        Kind::Null | Kind::Bool | Kind::Number | Kind::String => {}
    }
}

fn is_harmless(key: &str) -> bool {
    if is_password(key) {
        return false;
    }
    let folded = fold(key);
    HARMLESS.contains(&folded.as_str()) || KeyBook::default().look_up(key) != Meaning::Unknown
}

fn window(source: &str, base: u64, spans: &[Span], is_shown: impl Fn(u64) -> bool) -> Excerpt {
    let mut excerpt = Excerpt::default();
    let index = |byte: u64| usize::try_from(byte.saturating_sub(base)).unwrap_or(usize::MAX).min(source.len());
    let Some(first) = spans.iter().min() else { return excerpt };
    let (start, mut end) = (index(first.start), index(spans.iter().map(|span| span.end).max().unwrap_or(first.end)));
    let line_start = source[..start].rfind(['\n', '\r']).map_or(0, |at| at + 1);
    let line_end = source[start..].find(['\n', '\r']).map_or(source.len(), |at| start + at);
    end = end.clamp(start, line_end);
    let from = source[line_start..start].char_indices().rev().nth(MARGIN).map_or(line_start, |(at, _)| line_start + at);
    let to = source[end..line_end].char_indices().nth(MARGIN).map_or(line_end, |(at, _)| end + at);
    if from > line_start {
        excerpt.skip();
    }
    for (at, c) in source[from..to].char_indices() {
        let byte = base + (from + at) as u64;
        if is_shown(byte) || is_punctuation(c) {
            excerpt.push(c.encode_utf8(&mut [0; 4]), byte);
        } else {
            excerpt.skip();
        }
    }
    if to < line_end {
        excerpt.skip();
    }
    excerpt
}

fn is_punctuation(c: char) -> bool {
    matches!(c, '{' | '}' | '[' | ']' | ',' | ':' | '"' | '\'' | '-' | ' ' | '=' | '&' | '*' | '#')
}
