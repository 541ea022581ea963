//! What of a document may be shown around a place: a window of the line, without secrets.
//!
//! Only what is known to be harmless is shown: keys, values under known keys that speak of no secret, and punctuation
//! between them. Comments, values under unknown keys and everything else become an ellipsis. A key that follows a secret
//! and is unknown may be the rest of it (`{ password: hunter2,REST }`): it is not shown.

use std::collections::{HashMap, HashSet};

use foldhash::fast::FixedState;

use super::columns::fold;
use super::keys::KeyMeaning;
use super::secret_keys::SecretKey;
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

/// Mappings whose keys are names: licences, rules, fields.
const MAPS: &[&str] = &["licenses", "severity", "columns"];

/// Texts of a password policy that may be shown.
const POLICY_TEXTS: &[&str] = &["upper", "lower", "digit", "special"];

/// What may be shown of a key and of the values under it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum KeyClass {
    /// Both.
    Harmless,
    /// The key, and what is harmless in the accounts that it lists.
    Accounts,
    /// The key, unless it follows a secret.
    Unknown,
    /// The key.
    Secret,
    /// The key, and below it what belongs to a policy.
    Policy,
}

impl KeyClass {
    fn of_key(key: &str) -> Self {
        Self::of_folded(key, &fold(key))
    }

    fn of_folded(key: &str, folded: &str) -> Self {
        if HARMLESS.contains(&folded) {
            return Self::Harmless;
        }
        if key == "users" {
            return Self::Accounts;
        }
        match KeyMeaning::of_folded(key, folded) {
            KeyMeaning::AboutPassword => Self::Policy,
            KeyMeaning::Unknown if SecretKey::of_key(key).is_some() => Self::Secret,
            KeyMeaning::Unknown | KeyMeaning::AboutWhole(_) => Self::Unknown,
            meaning if meaning.field() == Some(Field::Password) => Self::Secret,
            _ => Self::Harmless,
        }
    }

    fn of_config_key(key: &str) -> Self {
        let folded = fold(key);
        let is_harmless = HARMLESS_IN_CONFIGS.contains(&folded.as_str());
        if is_harmless { Self::Harmless } else { Self::of_folded(key, &folded) }
    }
}

/// The spans of a document that may be shown, and those that may not.
#[derive(Clone, Debug, Default)]
pub(crate) struct VisibleSpans {
    visible: Vec<Span>,
    hidden: Vec<Span>,
}

impl VisibleSpans {
    /// What is known to be harmless below `root`.
    pub(crate) fn of_document(root: Node<'_>) -> Self {
        Self::collected(root, KeyClass::of_key, Values::Shown)
    }

    /// The same for a config that its schema accepts: more keys are known there.
    pub(crate) fn of_config(root: Node<'_>) -> Self {
        Self::collected(root, KeyClass::of_config_key, Values::Shown)
    }

    /// The keys alone: for a document whose values may not be what their keys say.
    pub(crate) fn of_keys(root: Node<'_>) -> Self {
        Self::collected(root, KeyClass::of_key, Values::Hidden)
    }

    /// The key of a pair, and nothing of its value.
    pub(crate) fn of_pair(key: Span, value: Span) -> Self {
        Self { visible: vec![key], hidden: vec![value] }
    }

    fn collected(root: Node<'_>, class_of: fn(&str) -> KeyClass, values: Values) -> Self {
        let mut collector =
            Collector { root, class_of, classes: HashMap::default(), doubtful: None, spans: Self::default() };
        collector.collect(root, if is_scalar(root) { Values::Hidden } else { values }, false);
        let mut spans = collector.spans;
        spans.visible.sort_unstable();
        spans.hidden.sort_unstable();
        spans
    }

    /// The spans that are not known to be harmless.
    pub(crate) fn hidden(&self) -> impl Iterator<Item = Span> + '_ {
        self.hidden.iter().copied()
    }

    /// Lets values be shown.
    fn reveal(&mut self, values: &[Span]) {
        if !values.is_empty() {
            self.hidden.retain(|hidden| !values.iter().any(|value| value.contains(*hidden)));
            self.visible.extend(values);
            self.visible.sort_unstable();
        }
    }

    /// True if the whole of `span` may be shown.
    pub(crate) fn may_show(&self, span: Span) -> bool {
        is_within(&self.visible, span.start) && span.end > span.start && is_within(&self.visible, span.end - 1)
    }

    /// The part of the line around the first of `spans`, which all lie on one line of `source`.
    pub(crate) fn excerpt(&self, source: &str, base: u64, spans: &[Span]) -> Excerpt {
        let mut is_comment = false;
        window(source, base, spans, |at, c| {
            let (is_visible, is_hidden) = (is_within(&self.visible, at), is_within(&self.hidden, at));
            let is_shown = is_visible || (!is_hidden && !is_comment && is_punctuation(c));
            is_comment |= c == '#' && !is_visible && !is_hidden;
            is_shown
        })
    }
}

/// True if one of `spans`, which are in order, holds `at`.
fn is_within(spans: &[Span], at: u64) -> bool {
    // A span may lie within another: of those that begin before, one of the last few holds it.
    let after = spans.partition_point(|span| span.start <= at);
    spans[..after].iter().rev().take(4).any(|span| at < span.end)
}

/// The part of a document's line around the first of `spans`, which all lie on one line.
/// Values in `read` are known to be harmless although their keys are not.
pub(crate) fn excerpt(root: Node<'_>, spans: &[Span], read: &[Span]) -> Excerpt {
    let (source, base) = root.source();
    let mut visible = VisibleSpans::of_document(root);
    visible.reveal(read);
    visible.excerpt(source, base, spans)
}

/// Names a duplicate key if it may be shown: part of a password can look like a key.
pub(crate) fn name_duplicate_key(mut fault: Fault, text: &str, base: u64) -> Fault {
    let index = |byte: u64| usize::try_from(byte - base).ok();
    if let (FaultKind::KeyDuplicate, Some(mark)) = (fault.kind, fault.labels.first()) {
        let key = index(mark.span.start).zip(index(mark.span.end)).and_then(|(start, end)| text.get(start..end));
        if let Some(key) = key.filter(|key| KeyClass::of_key(key) != KeyClass::Unknown) {
            fault.message = format!("a mapping has the key {} twice", quoted(key));
        }
    }
    fault
}

/// Collects the spans of secrets: whatever values are under a key of one.
pub(crate) fn secret_spans(node: Node<'_>, found: &mut Vec<Span>) {
    for child in node.children() {
        if child.key().is_some_and(is_secret) {
            found.push(child.outer());
        } else {
            secret_spans(child, found);
        }
    }
}

/// The first alias outside of secrets that refers to something in one of `secrets`.
pub(crate) fn alias_into(node: Node<'_>, secrets: &[Span]) -> Option<Span> {
    let is_in = |defined: Span| secrets.iter().any(|secret| secret.contains(defined));
    node.children().find_map(|child| {
        let alias = child.defined().filter(|defined| is_in(*defined)).map(|_| child.outer());
        alias.or_else(|| alias_into(child, secrets)).filter(|_| !child.key().is_some_and(is_secret))
    })
}

fn is_secret(key: &str) -> bool {
    KeyClass::of_key(key) == KeyClass::Secret
}

/// Which of the values below a node are shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Values {
    Shown,
    Hidden,
    Policy,
}

struct Collector<'t> {
    root: Node<'t>,
    class_of: fn(&str) -> KeyClass,
    /// The classes of the keys that were met: most keys repeat.
    classes: HashMap<&'t str, KeyClass, FixedState>,
    /// The keys that may be rests of values, as soon as one is asked about.
    doubtful: Option<HashSet<Span>>,
    spans: VisibleSpans,
}

impl<'t> Collector<'t> {
    /// Collects what may be shown of a value. In a map every key is as harmless as the map.
    fn collect(&mut self, node: Node<'t>, values: Values, is_map: bool) {
        if is_scalar(node) {
            let is_shown = match values {
                Values::Shown => true,
                Values::Hidden => false,
                Values::Policy => node.kind() != NodeKind::String || POLICY_TEXTS.contains(&node.text()),
            };
            return if is_shown { self.spans.visible.push(node.outer()) } else { self.spans.hidden.push(node.span()) };
        }
        for child in node.children() {
            let Some(key) = child.key() else {
                // A text in a list without a key may be anything.
                let is_keyless = node.key().is_none() && is_scalar(child);
                self.collect(child, if is_keyless { Values::Hidden } else { values }, false);
                continue;
            };
            let class_of = self.class_of;
            let class = match *self.classes.entry(key).or_insert_with(|| class_of(key)) {
                KeyClass::Unknown if is_map => KeyClass::Harmless,
                class => class,
            };
            // What is not a key of a policy may be a password given in its place.
            if class == KeyClass::Unknown && (values == Values::Policy || self.is_doubtful(child)) {
                self.spans.hidden.extend(child.key_span());
                self.spans.hidden.push(child.outer());
                continue;
            }
            self.spans.visible.extend(child.key_span());
            let is_map_below = !is_map && MAPS.contains(&key);
            match class {
                KeyClass::Harmless => self.collect(child, values, is_map_below),
                KeyClass::Accounts if child.kind() == NodeKind::Array => {
                    for account in child.children() {
                        let is_account = account.kind() == NodeKind::Object;
                        self.collect(account, if is_account { values } else { Values::Hidden }, false);
                    }
                }
                KeyClass::Accounts | KeyClass::Unknown => self.collect(child, Values::Hidden, false),
                KeyClass::Policy if child.kind() == NodeKind::Object && values == Values::Shown => {
                    self.collect(child, Values::Policy, false);
                }
                // Not even the keys below it: they may be parts of the secret.
                KeyClass::Policy | KeyClass::Secret => {
                    self.spans.hidden.push(if is_scalar(child) { child.span() } else { child.outer() });
                }
            }
        }
    }

    /// True for a key without quotes that may be the rest of the value before it.
    fn is_doubtful(&mut self, child: Node<'t>) -> bool {
        let ((source, base), Some(span)) = (child.source(), child.key_span()) else { return false };
        let before = span.start.checked_sub(base + 1).and_then(|at| source.as_bytes().get(usize::try_from(at).ok()?));
        if matches!(before, Some(b'"' | b'\'')) {
            return false;
        }
        let (root, class_of) = (self.root, self.class_of);
        let doubtful =
            self.doubtful.get_or_insert_with(|| doubtful_keys(root, |key| class_of(key) == KeyClass::Harmless));
        doubtful.contains(&child.key_defined().unwrap_or(span))
    }
}

fn is_scalar(node: Node<'_>) -> bool {
    !matches!(node.kind(), NodeKind::Array | NodeKind::Object)
}

fn window(source: &str, base: u64, spans: &[Span], mut is_shown: impl FnMut(u64, char) -> bool) -> Excerpt {
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
        if is_shown(byte, c) {
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
