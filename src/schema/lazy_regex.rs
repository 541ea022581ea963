//! Regular expressions that are compiled when they first meet a text. Reading one takes a few microseconds and compiling it a
//! hundred, and of the patterns of a site most runs put few to any text.

use std::sync::OnceLock;

use regex::Regex;
use regex_syntax::hir::{Class, ClassUnicodeRange, Hir, HirKind};
use regex_syntax::utf8::Utf8Sequences;

/// The most transitions of an automaton that is known to fit into the 10 MiB which `regex` allows: each takes less than 100
/// bytes. Larger ones are compiled at once, to find out.
const MAX_TRANSITIONS: usize = 50_000;

/// The most transitions of a pattern that is put into an automaton with others.
const MAX_SHARED_TRANSITIONS: usize = 4_000;

/// A regular expression that is sound, compiled or not.
pub struct LazyRegex {
    pattern: String,
    transitions: usize,
    /// It asks where words begin or end.
    has_words: bool,
    compiled: OnceLock<Regex>,
}

impl LazyRegex {
    /// `None` if the pattern is broken or too large.
    #[must_use]
    pub fn new(pattern: String) -> Option<Self> {
        let parsed = regex_syntax::parse(&pattern).ok()?;
        let compiled = OnceLock::new();
        let transitions = transitions(&parsed);
        if transitions > MAX_TRANSITIONS {
            compiled.set(Regex::new(&pattern).ok()?).ok()?;
        }
        let has_words = parsed.properties().look_set().contains_word_unicode();
        Some(Self { pattern, transitions, has_words, compiled })
    }

    /// True if a [`PatternSet`](super::PatternSet) can hold it: one does not know the words of texts beyond ASCII.
    #[must_use]
    pub const fn can_be_shared(&self, is_ascii: bool) -> bool {
        self.transitions <= MAX_SHARED_TRANSITIONS && (is_ascii || !self.has_words)
    }

    /// True if it matches somewhere in `text`.
    #[must_use]
    #[inline]
    pub fn is_match(&self, text: &str) -> bool {
        let compile =
            || Regex::new(&self.pattern).expect("internal error: a pattern that was parsed cannot be compiled");
        self.compiled.get_or_init(compile).is_match(text)
    }

    /// The pattern.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.pattern
    }
}

/// At least as many transitions as the automaton of `hir` has. It calls itself as deep as patterns may nest: 250 levels.
fn transitions(hir: &Hir) -> usize {
    let sum = |parts: &[Hir]| parts.iter().map(transitions).fold(parts.len(), usize::saturating_add);
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => 1,
        HirKind::Literal(literal) => literal.0.len(),
        HirKind::Class(Class::Unicode(class)) => {
            // A range has at most 16 sequences of four bytes; of many ranges most have one.
            let of_range = |range: &ClassUnicodeRange| match class.ranges().len() {
                0..=16 => {
                    if range.end().is_ascii() {
                        1
                    } else {
                        64
                    }
                }
                // Only the last byte differs: one sequence.
                _ if range.start() as u32 >> 6 == range.end() as u32 >> 6 => range.start().len_utf8(),
                _ => Utf8Sequences::new(range.start(), range.end()).map(|sequence| sequence.as_slice().len()).sum(),
            };
            class.iter().map(of_range).sum()
        }
        HirKind::Class(Class::Bytes(class)) => class.ranges().len(),
        HirKind::Repetition(repeated) => {
            let times = repeated.max.unwrap_or(repeated.min).max(1) as usize;
            transitions(&repeated.sub).saturating_add(1).saturating_mul(times)
        }
        HirKind::Capture(capture) => transitions(&capture.sub).saturating_add(2),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => sum(parts),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn patterns_that_explode_are_refused() {
        for pattern in ["(?:a{1000}){1000}", "(?:(?:\\w{50}){50}){50}", "\\w{2000}", "[", "(?=a)", "(a)\\1"] {
            assert!(Regex::new(pattern).is_err() && LazyRegex::new(pattern.to_owned()).is_none(), "{pattern}");
        }
    }

    /// A tree of what patterns are made of.
    pub fn pattern() -> impl Strategy<Value = String> {
        let leaves = [
            "a",
            ".",
            "\\w",
            "\\d",
            "\\S",
            "[^<>@]",
            "[ä-ü]",
            "\\p{Greek}",
            "(?i:straße)",
            "^",
            "$",
            "\\b",
            "[[:alpha:]]",
        ];
        let leaf = prop::sample::select(leaves.to_vec()).prop_map(str::to_owned);
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| parts.concat()),
                prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| format!("({})", parts.join("|"))),
                (inner.clone(), 0..60_u32, 0..60_u32)
                    .prop_map(|(one, least, more)| format!("(?:{one}){{{least},{}}}", least + more)),
                (inner, prop::sample::select(vec!["*", "+", "?", "{40,}"]))
                    .prop_map(|(one, sign)| format!("(?:{one}){sign}")),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

        /// What is taken without being compiled can be compiled, within a third of what is allowed.
        #[test]
        fn what_is_taken_can_be_compiled(pattern in pattern()) {
            let parsed = regex_syntax::parse(&pattern).unwrap();
            if transitions(&parsed) <= MAX_TRANSITIONS {
                let compiled = regex::RegexBuilder::new(&pattern).size_limit(10 * (1 << 20) / 2).build();
                prop_assert!(compiled.is_ok(), "{pattern}: {} transitions", transitions(&parsed));
            }
        }
    }
}
