//! What a tenant demands of passwords, as its plan declares it.

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

    pub(super) fn holds(self, c: char) -> bool {
        match self {
            Self::Upper => c.is_uppercase(),
            Self::Lower => c.is_lowercase(),
            Self::Digit => c.is_ascii_digit(),
            Self::Special => !c.is_alphanumeric() && !c.is_whitespace(),
        }
    }
}
