//! Repeated keys of a mapping: how every format finds and reports them.
//!
//! It compares keys as they are after decoding, so `role` and `\u0072ole` are one key. It does not fold
//! case and does not look for look-alikes: what a key means is decided elsewhere.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use foldhash::fast::RandomState;

use crate::diagnostic::fault::{Fault, FaultKind};
use crate::source::Span;
use crate::syntax::tree::{Node, NodeKind};

/// Up to so many keys a plain search is quicker than hashing; beyond, a hostile mapping would cost the square.
const MAX_UNHASHED: usize = 32;

/// Longer keys are cut in messages.
const SHOWN: usize = 60;

/// The keys of all mappings that are open at a time, the innermost last.
///
/// One such stack serves a whole document, so that small mappings allocate nothing.
#[derive(Debug, Default)]
pub struct OpenKeys<'t> {
    keys: Vec<(Cow<'t, str>, Span)>,
    levels: Vec<OpenMapping<'t>>,
}

#[derive(Debug, Default)]
struct OpenMapping<'t> {
    first: usize,
    /// The keys by text, once there are more than [`MAX_UNHASHED`].
    many: Option<HashMap<Cow<'t, str>, Span, RandomState>>,
}

impl<'t> OpenKeys<'t> {
    /// No mapping open.
    #[must_use]
    pub fn new() -> Self {
        // Enough for a record: a document of a million is read with a million of these.
        Self { keys: Vec::with_capacity(MAX_UNHASHED), levels: Vec::with_capacity(4) }
    }

    /// A mapping begins.
    pub fn open(&mut self) {
        self.levels.push(OpenMapping { first: self.keys.len(), many: None });
    }

    /// The innermost mapping ends.
    pub fn close(&mut self) {
        if let Some(level) = self.levels.pop() {
            self.keys.truncate(level.first);
        }
    }

    /// True if the innermost mapping has the key.
    #[must_use]
    pub fn contains(&self, key: &str) -> bool {
        self.levels.last().is_some_and(|level| match &level.many {
            Some(many) => many.contains_key(key),
            None => self.keys[level.first..].iter().any(|(known, _)| *known == key),
        })
    }

    /// Takes a key of the innermost mapping; says where it stood before, if it did.
    ///
    /// # Panics
    /// Where no mapping is open: a bug of the reader.
    pub fn insert(&mut self, key: Cow<'t, str>, span: Span) -> Option<Span> {
        let level = self.levels.last_mut().expect("internal error: a key outside every mapping");
        if let Some(many) = &mut level.many {
            let first = *many.entry(key).or_insert(span);
            return (first != span).then_some(first);
        }
        let few = &self.keys[level.first..];
        if let Some((_, first)) = few.iter().find(|(known, _)| *known == key) {
            return Some(*first);
        }
        if few.len() < MAX_UNHASHED {
            self.keys.push((key, span));
        } else {
            let mut many: HashMap<_, _, RandomState> = self.keys.drain(level.first..).collect();
            many.insert(key, span);
            level.many = Some(many);
        }
        None
    }
}

/// The fault of a repeated key: the later place is the guilty one. The key stays unnamed: below a password it may
/// be part of it.
#[must_use]
pub fn duplicate(later: Span, first: Span) -> Fault {
    Fault::new(FaultKind::KeyDuplicate, later, "a mapping has the same key twice")
        .with_label("here again")
        .and(first, "first here")
}

/// The keys of the document of `node` that may be the rest of an unquoted value, by where they are written:
/// `{ password: a,b }` has a key `b`.
///
/// In braces a key without quotes is doubtful after a value without quotes, unless the value's key is harmless; so are
/// all that follow, up to the next harmless one.
#[must_use]
pub fn doubtful_keys(node: Node<'_>, is_harmless: impl Fn(&str) -> bool) -> HashSet<Span> {
    let ((source, base), tree) = (node.source(), node.tree());
    let byte = |at: u64| at.checked_sub(base).and_then(|at| source.as_bytes().get(usize::try_from(at).ok()?));
    let mut doubtful = HashSet::new();
    let is_in_braces = |mapping: &Node<'_>| {
        mapping.kind() == NodeKind::Object && mapping.defined().is_none() && byte(mapping.outer().start) == Some(&b'{')
    };
    for mapping in (0..tree.len()).map(|index| tree.node(index, source, base)).filter(is_in_braces) {
        let mut is_after_secret = false;
        for member in mapping.children().filter(|member| member.key_defined().is_none()) {
            let (Some(key), Some(span)) = (member.key(), member.key_span()) else { continue };
            if is_harmless(key) {
                is_after_secret = false;
                continue;
            }
            let is_quoted = span.start > 0 && matches!(byte(span.start - 1), Some(b'"' | b'\''));
            if is_after_secret && !is_quoted {
                doubtful.insert(span);
            }
            let is_scalar = !matches!(member.kind(), NodeKind::Array | NodeKind::Object);
            is_after_secret |= is_scalar && member.outer() == member.span();
        }
    }
    doubtful
}

/// A key for a message, cut where it is long. Keys may be shown; values never.
#[must_use]
pub fn quoted(key: &str) -> String {
    match key.char_indices().nth(SHOWN) {
        None => format!("`{key}`"),
        Some((cut, _)) => format!("`{}…`", &key[..cut]),
    }
}

/// The one of `known` that `given` was probably meant to be: the same but for case and joining marks, or a
/// slip of a letter or two.
#[must_use]
pub fn nearest<'k>(given: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    // A key of any length can come; only short ones are compared.
    if given.len() > SHOWN {
        return None;
    }
    let fold = |word: &str| -> String {
        word.chars().filter(|mark| !matches!(mark, '-' | '_' | ' ')).flat_map(char::to_lowercase).collect()
    };
    let given = fold(given);
    let distance = |word: &'k str| (strsim::damerau_levenshtein(&given, &fold(word)), word);
    let (steps, word) = known.into_iter().map(distance).min_by_key(|(steps, _)| *steps)?;
    let allowed = given.chars().count().div_ceil(4).clamp(1, 3);
    (steps <= allowed && steps < given.chars().count()).then_some(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_first_place_among_few_and_many() {
        for count in [1_usize, MAX_UNHASHED - 1, MAX_UNHASHED, MAX_UNHASHED + 1, 1000] {
            let mut keys = OpenKeys::new();
            keys.open();
            for number in 0..count {
                assert_eq!(keys.insert(format!("k{number}").into(), Span::at(number as u64)), None);
            }
            for number in [0, count / 2, count - 1] {
                let found = keys.insert(format!("k{number}").into(), Span::at(9999));
                assert_eq!(found, Some(Span::at(number as u64)), "key {number} of {count}");
            }
        }
    }

    #[test]
    fn mappings_do_not_see_each_other() {
        let mut keys = OpenKeys::new();
        keys.open();
        assert_eq!(keys.insert("a".into(), Span::at(1)), None);
        keys.open();
        assert_eq!(keys.insert("a".into(), Span::at(2)), None);
        keys.close();
        keys.open();
        assert_eq!(keys.insert("a".into(), Span::at(3)), None);
        keys.close();
        assert_eq!(keys.insert("a".into(), Span::at(4)), Some(Span::at(1)));
    }

    #[test]
    fn suggestions_are_near() {
        let known = ["user_name", "first_name", "last_name", "roles", "team", "kind"];
        let cases = [
            ("userName", Some("user_name")),
            ("user-nam", Some("user_name")),
            ("role", Some("roles")),
            ("taem", Some("team")),
            ("kin", Some("kind")),
            ("k", None),
            ("", None),
            ("password", None),
            ("zzzz", None),
        ];
        for (given, expected) in cases {
            assert_eq!(nearest(given, known), expected, "{given}");
        }
        assert_eq!(nearest(&"x".repeat(1_000_000), known), None);
        assert_eq!(nearest("a", []), None);
    }

    #[test]
    fn long_keys_are_cut_between_characters() {
        assert_eq!(quoted("roles"), "`roles`");
        let long = "é".repeat(100);
        assert_eq!(quoted(&long), format!("`{}…`", "é".repeat(60)));
    }
}
