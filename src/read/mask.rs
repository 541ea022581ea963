//! What of a document may be shown around a place: a window of the line, without secrets.
//!
//! Only what is known to be harmless is shown: punctuation, keys, and values under known keys other than a password's.
//! Comments, values under unknown keys and everything else become an ellipsis.

use super::columns::{by_key, fold};
use super::keys::{KeyMap, KeyMeaning};
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::diagnostic::snippet::Excerpt;
use crate::diagnostic::visible::quoted;
use crate::record::Field;
use crate::source::Span;
use crate::syntax::tree::keys::doubtful_keys;
use crate::syntax::tree::{Node, NodeKind};

/// The characters shown before and after the place.
const MARGIN: usize = 36;

/// Keys below fields, and of plans and configs, whose values may be shown.
const HARMLESS: &[&str] = &[
    "rolecall",
    "product",
    "first login",
    "wfm",
    "integrations",
    "seats",
    "over",
    "permissions",
    "default",
    "groups",
    "teams",
    "min length",
    "classes",
    "history",
    "max age days",
    "password policy",
    "name",
    "label",
    "main",
    "others",
    "mainview",
    "isadmindefault",
    "isagentdefault",
    "issupervisordefault",
    "warn at",
    // Of configs.
    "api users",
    "user names",
    "ids",
    "patterns",
    "regex",
    "max",
    "administrator",
    "role names",
    "accept equivalent",
    "teams",
    "alternates",
    "columns",
    "dates",
    "order",
    "lists",
    "separator",
    "names",
    "purpose words",
    "placeholders",
    "severity",
];

/// More of them for configs, which hold no accounts.
const HARMLESS_IN_CONFIGS: &[&str] =
    &["from", "count", "committed", "price", "over price", "currency", "period", "labels"];

/// The spans of a document that may be shown.
#[derive(Clone, Debug)]
pub(crate) struct VisibleSpans(Vec<Span>);

impl VisibleSpans {
    /// What is known to be harmless below `root`.
    pub(crate) fn of_document(root: Node<'_>) -> Self {
        Self::collected(root, Some(is_harmless))
    }

    /// The same for a config that its schema accepts: more keys are known there.
    pub(crate) fn of_config(root: Node<'_>) -> Self {
        Self::collected(root, Some(is_harmless_in_config))
    }

    /// The keys alone: for a document whose values may not be what their keys say.
    pub(crate) fn of_keys(root: Node<'_>) -> Self {
        Self::collected(root, None)
    }

    fn collected(root: Node<'_>, harmless: Option<fn(&str) -> bool>) -> Self {
        let mut spans = Vec::new();
        if !is_scalar(root) {
            collect(root, harmless, false, &mut spans);
        }
        let doubtful = doubtful_keys(root, harmless.unwrap_or(is_harmless_in_config));
        spans.retain(|span| !doubtful.contains(span));
        spans.sort_unstable();
        Self(spans)
    }

    /// The part of the line around the first of `spans`, which all lie on one line of `source`.
    pub(crate) fn excerpt(&self, source: &str, base: u64, spans: &[Span]) -> Excerpt {
        window(source, base, spans, |at| {
            let after = self.0.partition_point(|span| span.start <= at);
            after > 0 && at < self.0[after - 1].end
        })
    }
}

/// The part of a document's line around the first of `spans`, which all lie on one line.
pub(crate) fn excerpt(root: Node<'_>, spans: &[Span]) -> Excerpt {
    let (source, base) = root.source();
    VisibleSpans::of_document(root).excerpt(source, base, spans)
}

/// Names a duplicate key if it may be shown: part of a password can look like a key.
pub(crate) fn name_duplicate_key(mut fault: Fault, text: &str, base: u64) -> Fault {
    let index = |byte: u64| usize::try_from(byte - base).ok();
    if let (FaultKind::KeyDuplicate, Some(mark)) = (fault.kind, fault.labels.first()) {
        let key = index(mark.span.start).zip(index(mark.span.end)).and_then(|(start, end)| text.get(start..end));
        if let Some(key) = key.filter(|key| is_harmless(key) || is_password(key)) {
            fault.message = format!("a mapping has the key {} twice", quoted(key));
        }
    }
    fault
}

/// Collects the spans of passwords: whatever values are under a password's key.
pub(crate) fn password_spans(node: Node<'_>, found: &mut Vec<Span>) {
    for child in node.children() {
        if child.key().is_some_and(is_password) {
            found.push(child.outer());
        } else {
            password_spans(child, found);
        }
    }
}

/// The first alias outside of passwords that refers to something in one of `passwords`.
pub(crate) fn alias_into(node: Node<'_>, passwords: &[Span]) -> Option<Span> {
    let is_in = |defined: Span| passwords.iter().any(|password| password.contains(defined));
    node.children().filter(|child| !child.key().is_some_and(is_password)).find_map(|child| {
        child
            .defined()
            .filter(|defined| is_in(*defined))
            .map(|_| child.outer())
            .or_else(|| alias_into(child, passwords))
    })
}

fn is_password(key: &str) -> bool {
    by_key(&fold(key)) == Some(Field::Password)
}

/// Mappings whose keys are names: licences, rules, fields.
const MAPS: &[&str] = &["licenses", "severity", "columns"];

/// Collects the spans of keys and harmless scalars. In a map every key is as harmless as the map; a value below no key
/// may be anything.
fn collect(node: Node<'_>, harmless: Option<fn(&str) -> bool>, is_in_map: bool, spans: &mut Vec<Span>) {
    spans.extend(node.key_span());
    if node.key().is_some_and(is_password) {
        // The keys below it may be parts of the password.
        return;
    }
    let harmless = harmless.filter(|harmless| is_in_map || node.key().is_none_or(harmless));
    let is_map = !is_in_map && node.key().is_some_and(|key| MAPS.contains(&key));
    match node.kind() {
        NodeKind::Array | NodeKind::Object => {
            let is_keyed = |child: &Node<'_>| child.key().is_some() || node.key().is_some() || !is_scalar(*child);
            node.children().filter(is_keyed).for_each(|child| collect(child, harmless, is_map, spans));
        }
        NodeKind::Null | NodeKind::Bool | NodeKind::Number | NodeKind::String if harmless.is_some() => {
            spans.push(node.outer())
        }
        NodeKind::Null | NodeKind::Bool | NodeKind::Number | NodeKind::String => {}
    }
}

fn is_scalar(node: Node<'_>) -> bool {
    !matches!(node.kind(), NodeKind::Array | NodeKind::Object)
}

fn is_harmless(key: &str) -> bool {
    if is_password(key) {
        return false;
    }
    let folded = fold(key);
    HARMLESS.contains(&folded.as_str()) || KeyMap::default().look_up(key) != KeyMeaning::Unknown
}

fn is_harmless_in_config(key: &str) -> bool {
    is_harmless(key) || HARMLESS_IN_CONFIGS.contains(&fold(key).as_str())
}

fn window(source: &str, base: u64, spans: &[Span], is_shown: impl Fn(u64) -> bool) -> Excerpt {
    let mut excerpt = Excerpt::default();
    let index = |byte: u64| usize::try_from(byte.saturating_sub(base)).unwrap_or(usize::MAX).min(source.len());
    let Some(first) = spans.iter().min() else { return excerpt };
    let start = index(first.start);
    let furthest = index(spans.iter().map(|span| span.end).max().unwrap_or(first.end)).max(start);
    // The line may be a whole large document: look no further than is shown.
    let is_break = |c: char| matches!(c, '\n' | '\r');
    let end = source[start..furthest].find(is_break).map_or(furthest, |at| start + at);
    let back = |(at, c): (usize, char)| (!is_break(c)).then_some(at);
    let from = source[..start].char_indices().rev().map_while(back).take(MARGIN).last().unwrap_or(start);
    let on = |(at, c): (usize, char)| (!is_break(c)).then_some(end + at + c.len_utf8());
    let to = source[end..].char_indices().map_while(on).take(MARGIN).last().unwrap_or(end);
    let is_edge = |c: Option<char>| c.is_none_or(is_break);
    let (begins_late, ends_early) =
        (!is_edge(source[..from].chars().next_back()), !is_edge(source[to..].chars().next()));
    if begins_late {
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
    if ends_early {
        excerpt.skip();
    }
    excerpt
}

fn is_punctuation(c: char) -> bool {
    matches!(c, '{' | '}' | '[' | ']' | ',' | ':' | '"' | '\'' | '-' | ' ' | '=' | '&' | '*' | '#')
}

#[cfg(test)]
mod tests;
