//! The words of a site that stand for yes, no or nothing in cells (`[values]` in the config).

use crate::source::Spanned;

/// Declared words. Case does not matter, beyond ASCII too: an export may write `Oui` or `OUI`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ValueWords {
    active: Vec<String>,
    inactive: Vec<String>,
    blank: Vec<String>,
}

impl ValueWords {
    pub fn new(active: &[Spanned<String>], inactive: &[Spanned<String>], blank: &[Spanned<String>]) -> Self {
        let folded = |words: &[Spanned<String>]| words.iter().map(|word| fold(&word.value)).collect();
        Self { active: folded(active), inactive: folded(inactive), blank: folded(blank) }
    }

    /// What a declared word says in an `active` cell.
    pub fn activity(&self, text: &str) -> Option<bool> {
        if self.active.is_empty() && self.inactive.is_empty() {
            return None;
        }
        let folded = fold(text);
        if self.active.contains(&folded) {
            return Some(true);
        }
        self.inactive.contains(&folded).then_some(false)
    }

    /// True if some word is declared to mean nothing.
    pub const fn has_blanks(&self) -> bool {
        !self.blank.is_empty()
    }

    /// True if `text`, a whole trimmed cell, is declared to mean nothing.
    pub fn is_blank(&self, text: &str) -> bool {
        !self.blank.is_empty() && self.blank.contains(&fold(text))
    }
}

/// `word` as words of `[values]` are compared: trimmed, in lower case.
pub fn fold(word: &str) -> String {
    word.trim_ascii().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Span;

    #[test]
    fn words_count_in_any_case() {
        let word = |word: &str| vec![Spanned { value: word.to_owned(), span: Span::default() }];
        let words = ValueWords::new(&word("Oui"), &word("NÃO"), &word("N/A"));
        assert_eq!(words.activity("OUI"), Some(true));
        assert_eq!(words.activity("não"), Some(false));
        assert_eq!(words.activity("Ouis"), None);
        assert!(words.is_blank("n/a") && !words.is_blank("na") && !words.is_blank(""));
        assert!(!ValueWords::default().is_blank("") && ValueWords::default().activity("").is_none());
    }
}
