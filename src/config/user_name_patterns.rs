//! Patterns of user names, of API users and of groups that a waiver names, put to every account.

use regex::{RegexSet, RegexSetBuilder};
use regex_syntax::hir::Look;
use regex_syntax::hir::literal::{ExtractKind, Extractor};

/// The most bytes that a compiled pattern takes: as many as the regex crate allows a single one.
const MAX_PATTERN_BYTES: usize = 10 << 20;

/// The most beginnings that are looked for before the patterns themselves.
const MAX_BEGINNINGS: usize = 16;

/// Patterns of user names, each with the number of accounts that it may match.
pub struct UserNamePatterns {
    /// They match anywhere in the user name. One search is for all of them; it takes as long to make as to check a small plan.
    regexes: Option<RegexSet>,
    /// What a name that matches begins with, if it can only be one of these: most names do not.
    beginnings: Option<Vec<Box<[u8]>>>,
    /// The most accounts that each may match.
    most: Vec<u64>,
}

impl UserNamePatterns {
    /// Compiles patterns that are known to be sound.
    pub(crate) fn new<'p>(patterns: impl ExactSizeIterator<Item = (&'p str, u64)>) -> Self {
        let limit = (patterns.len() + 1) * MAX_PATTERN_BYTES;
        let (patterns, most): (Vec<&str>, Vec<u64>) = patterns.unzip();
        let compiled = || RegexSetBuilder::new(&patterns).size_limit(limit).build();
        let regexes = (!patterns.is_empty()).then(|| compiled().expect("internal error: patterns were checked"));
        Self { regexes, beginnings: beginnings(&patterns), most }
    }

    /// True if there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.most.is_empty()
    }

    /// The patterns as written, each with the most accounts that it may match.
    pub fn patterns(&self) -> impl ExactSizeIterator<Item = (&str, u64)> {
        let patterns = self.regexes.as_ref().map_or(&[][..], RegexSet::patterns);
        patterns.iter().map(String::as_str).zip(self.most.iter().copied())
    }

    /// True if one of them matches.
    #[must_use]
    #[inline]
    pub fn is_match(&self, name: &str) -> bool {
        let may_match = |beginning: &[u8]| name.as_bytes().starts_with(beginning);
        self.beginnings.as_ref().is_none_or(|all| all.iter().any(|one| may_match(one)))
            && self.regexes.as_ref().is_some_and(|regexes| regexes.is_match(name))
    }

    /// The numbers of those that match.
    pub fn matches(&self, name: &str) -> impl Iterator<Item = usize> {
        self.regexes.iter().flat_map(|regexes| regexes.matches(name))
    }
}

/// What every text that one of the patterns matches begins with; `None` if that can be anything, or too much.
fn beginnings(patterns: &[&str]) -> Option<Vec<Box<[u8]>>> {
    let mut all: Vec<Box<[u8]>> = Vec::new();
    for pattern in patterns {
        let hir = regex_syntax::parse(pattern).ok()?;
        if !hir.properties().look_set_prefix().contains(Look::Start) {
            return None;
        }
        let found = Extractor::new().kind(ExtractKind::Prefix).extract(&hir);
        all.extend(found.literals()?.iter().map(|literal| Box::from(literal.as_bytes())));
    }
    (all.len() <= MAX_BEGINNINGS && !all.iter().any(|one| one.is_empty())).then_some(all)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_are_told_by_how_they_begin_only_if_all_patterns_say_so() {
        let found = |patterns: &[&str]| {
            beginnings(patterns).map(|all| all.iter().map(|one| String::from_utf8_lossy(one).into_owned()).collect())
        };
        for (patterns, expected) in [
            (&["^api[. ]"][..], Some(vec!["api ", "api."])),
            (&["^svc-", "^(bot|app)_.*x$"], Some(vec!["svc-", "bot_", "app_"])),
            (&[r"\Aapi\."], Some(vec!["api."])),
            (&["^api", "svc"], None),
            (&["^api|svc"], None),
            (&["(?m)^api"], None),
            (&["^[a-z]+[.]api"], None),
            (&["^"], None),
        ] {
            let expected: Option<Vec<String>> = expected.map(|all| all.into_iter().map(str::to_owned).collect());
            assert_eq!(found(patterns), expected, "{patterns:?}");
        }
    }

    proptest! {
        #[test]
        fn a_name_is_matched_as_by_the_patterns_alone(
            patterns in proptest::collection::vec(r"(\^|\\A|\(\?i\)\^|\(\?m\)\^)?(a|ap|\(a\|b\)|\[a-c\]|\.)(i|\*|\+|\$|\[\. \])?", 1..4),
            names in proptest::collection::vec("[aAbpi. \n]{0,5}", 1..20),
        ) {
            let plain = RegexSet::new(&patterns).expect("the patterns are sound");
            let own = UserNamePatterns::new(patterns.iter().map(|one| (one.as_str(), 1)));
            for name in &names {
                prop_assert_eq!(own.is_match(name), plain.is_match(name), "{:?} {:?}", patterns, name);
            }
        }
    }
}
