//! What may be shown of a document around a place: the line, windowed, without secrets.
//!
//! Only what is known to be harmless is shown: punctuation, keys, and values under keys that are known and
//! are no password. Comments, values under unknown keys and everything else become an ellipsis.

use super::columns::{by_key, fold};
use super::keys::{KeyMap, Meaning};
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::diagnostic::snippet::Excerpt;
use crate::diagnostic::visible::quoted;
use crate::record::Field;
use crate::source::Span;
use crate::syntax::tree::{Kind, Node};

/// Characters kept before and after the place.
const MARGIN: usize = 36;

/// Keys inside the values of fields, and of plans and configs, whose values may be shown.
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

/// The same for configs alone, which hold no accounts.
const HARMLESS_IN_CONFIGS: &[&str] =
    &["from", "count", "committed", "price", "over price", "currency", "period", "labels"];

/// The places of a document that may be shown.
#[derive(Clone, Debug)]
pub struct Shown(Vec<Span>);

impl Shown {
    /// What is known to be harmless below `root`.
    #[must_use]
    pub fn of(root: Node<'_>) -> Self {
        Self::collected(root, Some(is_harmless))
    }

    /// The same of a config that its schema took: there more keys are known.
    #[must_use]
    pub fn of_config(root: Node<'_>) -> Self {
        Self::collected(root, Some(|key| is_harmless(key) || HARMLESS_IN_CONFIGS.contains(&fold(key).as_str())))
    }

    /// The keys alone: for a document whose values cannot be trusted to be what their keys say.
    #[must_use]
    pub fn keys_of(root: Node<'_>) -> Self {
        Self::collected(root, None)
    }

    /// Keys, and the values under keys that are `harmless`.
    fn collected(root: Node<'_>, harmless: Option<fn(&str) -> bool>) -> Self {
        let mut shown = Vec::new();
        if !is_scalar(root) {
            collect(root, harmless, false, &mut shown);
        }
        shown.sort_unstable();
        Self(shown)
    }

    /// The part of the line around the first of `spans`, which all lie on one line of `source`.
    #[must_use]
    pub fn excerpt(&self, source: &str, base: u64, spans: &[Span]) -> Excerpt {
        window(source, base, spans, |at| {
            let after = self.0.partition_point(|span| span.start <= at);
            after > 0 && at < self.0[after - 1].end
        })
    }
}

/// The part of a document's line around the first of `spans`, which all lie on one line.
#[must_use]
pub fn excerpt(root: Node<'_>, spans: &[Span]) -> Excerpt {
    let (source, base) = root.source();
    Shown::of(root).excerpt(source, base, spans)
}

/// Names the key that stands twice, where its name is one that may be shown: a password can look like a key.
#[must_use]
pub fn naming_key(mut fault: Fault, text: &str, base: u64) -> Fault {
    let index = |byte: u64| usize::try_from(byte - base).ok();
    if let (FaultKind::KeyDuplicate, Some(mark)) = (fault.kind, fault.labels.first()) {
        let key = index(mark.span.start).zip(index(mark.span.end)).and_then(|(start, end)| text.get(start..end));
        if let Some(key) = key.filter(|key| is_harmless(key) || is_password(key)) {
            fault.message = format!("the key {} stands twice", quoted(key));
        }
    }
    fault
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
        child
            .defined()
            .filter(|defined| is_in(*defined))
            .map(|_| child.outer())
            .or_else(|| reference_into(child, passwords))
    })
}

fn is_password(key: &str) -> bool {
    by_key(&fold(key)) == Some(Field::Password)
}

/// Mappings whose keys are names of the site's own: licences, rules, fields.
const MAPS: &[&str] = &["licenses", "severity", "columns"];

/// The spans of keys and harmless scalars. In a map every key is as harmless as the map; what stands below no key
/// may be anything.
fn collect(node: Node<'_>, harmless: Option<fn(&str) -> bool>, is_in_map: bool, shown: &mut Vec<Span>) {
    shown.extend(node.key_span());
    if node.key().is_some_and(is_password) {
        // Not even the keys below it: they may be pieces of the password.
        return;
    }
    let harmless = harmless.filter(|harmless| is_in_map || node.key().is_none_or(harmless));
    let is_map = !is_in_map && node.key().is_some_and(|key| MAPS.contains(&key));
    match node.kind() {
        Kind::Array | Kind::Object => {
            let is_keyed = |child: &Node<'_>| child.key().is_some() || node.key().is_some() || !is_scalar(*child);
            node.children().filter(is_keyed).for_each(|child| collect(child, harmless, is_map, shown));
        }
        Kind::Null | Kind::Bool | Kind::Number | Kind::String if harmless.is_some() => shown.push(node.outer()),
        Kind::Null | Kind::Bool | Kind::Number | Kind::String => {}
    }
}

fn is_scalar(node: Node<'_>) -> bool {
    !matches!(node.kind(), Kind::Array | Kind::Object)
}

fn is_harmless(key: &str) -> bool {
    if is_password(key) {
        return false;
    }
    let folded = fold(key);
    HARMLESS.contains(&folded.as_str()) || KeyMap::default().look_up(key) != Meaning::Unknown
}

fn window(source: &str, base: u64, spans: &[Span], is_shown: impl Fn(u64) -> bool) -> Excerpt {
    let mut excerpt = Excerpt::default();
    let index = |byte: u64| usize::try_from(byte.saturating_sub(base)).unwrap_or(usize::MAX).min(source.len());
    let Some(first) = spans.iter().min() else { return excerpt };
    let start = index(first.start);
    let furthest = index(spans.iter().map(|span| span.end).max().unwrap_or(first.end)).max(start);
    // Only as far as is shown: the line may be the whole of a large document.
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
