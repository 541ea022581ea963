//! A password that cannot be shown.
//!
//! [`Secret`] has no `Display`, no `Debug` and no `Serialize`, and gives out neither its text nor its length.
//! All that can be had of it are the three answers the rules need.

use std::borrow::Cow;

use super::password_reference::PasswordReferences;
use crate::source::Span;

/// A password as an input holds it, or a reference to one.
pub struct Secret<'a>(Cow<'a, str>);

/// The password cell of a record.
pub enum SecretCell<'a> {
    /// The input has no passwords.
    Absent,
    /// The cell is empty.
    Blank(Span),
    /// Something stands there, beginning where the empty span is: not even its end is told.
    Value(Secret<'a>, Span),
}

/// What a tenant demands of a password, as far as a single password can show it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PasswordPolicy {
    /// The fewest characters.
    pub min_length: Option<u64>,
    /// Classes of which each must occur.
    pub classes: Vec<CharacterClass>,
}

impl PasswordPolicy {
    /// Adds what another plan says about it; contradictions were refused before.
    pub fn merge(&mut self, other: &Self) {
        self.min_length = self.min_length.or(other.min_length);
        if self.classes.is_empty() {
            self.classes.clone_from(&other.classes);
        }
    }
}

/// A class of characters that a policy can demand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CharacterClass {
    /// Upper-case letters.
    Upper,
    /// Lower-case letters.
    Lower,
    /// The digits 0 to 9.
    Digit,
    /// What is neither letter nor digit nor space.
    Special,
}

impl CharacterClass {
    /// The class a plan calls `word`.
    #[must_use]
    pub fn by_word(word: &str) -> Option<Self> {
        match word {
            "upper" => Some(Self::Upper),
            "lower" => Some(Self::Lower),
            "digit" => Some(Self::Digit),
            "special" => Some(Self::Special),
            _ => None,
        }
    }

    fn holds(self, c: char) -> bool {
        match self {
            Self::Upper => c.is_uppercase(),
            Self::Lower => c.is_lowercase(),
            Self::Digit => c.is_ascii_digit(),
            Self::Special => !c.is_alphanumeric() && !c.is_whitespace(),
        }
    }
}

impl<'a> SecretCell<'a> {
    /// The cell that holds `text`, which begins at `start`; space around it is no part of it. `decode` turns
    /// what is written into the password itself.
    #[must_use]
    pub fn of(text: &'a str, start: u64, decode: impl Fn(&'a str) -> Cow<'a, str>) -> Self {
        let trimmed = text.trim_ascii_start();
        let begin = Span::at(start + (text.len() - trimmed.len()) as u64);
        match trimmed.trim_ascii_end() {
            "" => Self::Blank(Span::at(start)),
            secret => Self::Value(Secret(decode(secret)), begin),
        }
    }
}

impl Secret<'_> {
    /// True for a reference to a secret kept elsewhere: `${env:…}`, `${file:…}`, `vault:…`, `op://…`.
    #[must_use]
    pub fn is_reference(&self) -> bool {
        let braced =
            |opening: &str| self.0.strip_prefix(opening).and_then(|rest| rest.strip_suffix('}')).is_some_and(is_name);
        let prefixed = |opening: &str| self.0.strip_prefix(opening).is_some_and(is_name);
        braced("${env:") || braced("${file:") || prefixed("vault:") || prefixed("op://")
    }

    /// True for a reference by a pattern of the config.
    pub fn matches(&self, references: &PasswordReferences) -> bool {
        references.is_match(&self.0)
    }

    /// True where the password meets `policy`.
    #[must_use]
    pub fn meets(&self, policy: &PasswordPolicy) -> bool {
        let long_enough = policy.min_length.is_none_or(|least| self.0.chars().count() as u64 >= least);
        long_enough && policy.classes.iter().all(|class| self.0.chars().any(|c| class.holds(c)))
    }
}

/// What can name a secret elsewhere: something, without spaces or braces.
fn is_name(text: &str) -> bool {
    !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '{' | '}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_told_from_literals() {
        for reference in
            ["${env:API_PASSWORD}", "${file:/run/secrets/api}", "vault:kv/api#password", "op://ops/api/password"]
        {
            assert!(Secret(reference.into()).is_reference(), "{reference}");
        }
        for literal in
            ["hunter2", "${env:}", "${env:A}b", "x${env:A}", "vault:", "op://", "${other:A}", "$ENV", "vault: a b"]
        {
            assert!(!Secret(literal.into()).is_reference(), "{literal}");
        }
    }

    #[test]
    fn a_policy_is_met_or_not() {
        use CharacterClass::{Digit, Lower, Special, Upper};
        let policy = PasswordPolicy { min_length: Some(8), classes: vec![Upper, Lower, Digit, Special] };
        assert!(Secret("Abcdef1!".into()).meets(&policy));
        for weak in ["Abcde1!", "abcdef1!", "ABCDEF1!", "Abcdefg!", "Abcdefg1"] {
            assert!(!Secret(weak.into()).meets(&policy), "{weak}");
        }
        assert!(Secret("é".repeat(8).into()).meets(&PasswordPolicy { min_length: Some(8), classes: vec![Lower] }));
    }

    #[test]
    fn a_cell_of_spaces_is_blank() {
        assert!(matches!(SecretCell::of("  ", 4, Cow::Borrowed), SecretCell::Blank(span) if span == Span::at(4)));
        assert!(matches!(SecretCell::of(" x ", 4, Cow::Borrowed), SecretCell::Value(_, span) if span == Span::at(5)));
    }
}
