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
    "main", "others", "mainview", "isadmindefault", "isagentdefault", "issupervisordefault", "warn at", "plan",
];

/// The part of a document's line around the first of `spans`, which all lie on one line.
#[must_use]
pub fn excerpt(root: Node<'_>, spans: &[Span]) -> Excerpt {
    let (source, base) = root.source();
    let mut shown = Vec::new();
    collect(root, true, &mut shown);
    shown.sort_unstable();
    window(source, base, spans, |span_at| is_in(&shown, span_at))
}

/// The same where everything may be shown but comments: a config holds no secrets.
#[must_use]
pub fn excerpt_of_config(source: &str, base: u64, spans: &[Span]) -> Excerpt {
    window(source, base, spans, |_| true)
}

fn is_in(shown: &[Span], at: u64) -> bool {
    let after = shown.partition_point(|span| span.start <= at);
    after > 0 && at < shown[after - 1].end
}

/// The spans of keys and harmless scalars.
fn collect(node: Node<'_>, is_shown: bool, shown: &mut Vec<Span>) {
    shown.extend(node.key_span());
    let is_shown = is_shown && node.key().is_none_or(is_harmless);
    match node.kind() {
        Kind::Array | Kind::Object => node.children().for_each(|child| collect(child, is_shown, shown)),
        Kind::Null | Kind::Bool | Kind::Number | Kind::String if is_shown => {
            shown.push(node.outer());
            shown.extend(node.defined());
        }
        Kind::Null | Kind::Bool | Kind::Number | Kind::String => {}
    }
}

fn is_harmless(key: &str) -> bool {
    let folded = fold(key);
    if by_key(&folded) == Some(Field::Password) {
        return false;
    }
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
