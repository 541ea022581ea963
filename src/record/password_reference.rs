//! Patterns of a site for references to secrets (`[passwords] references` in the config).
//!
//! A pattern that matches too much would call a password a reference and never report it, so each has to begin with
//! literal text.

use regex::Regex;

/// The fewest characters that a pattern must spell out after its `^`.
const MIN_LITERALS: usize = 4;

/// Patterns of references to secrets, beside the built-in forms.
#[derive(Clone, Debug, Default)]
pub struct PasswordReferences(Vec<Regex>);

impl PasswordReferences {
    /// True if `text` is a reference by a declared pattern.
    pub fn is_match(&self, text: &str) -> bool {
        self.0.iter().any(|pattern| pattern.is_match(text))
    }

    /// Adds a pattern.
    ///
    /// # Errors
    /// Why the pattern cannot be used, as a fragment.
    pub fn add(&mut self, pattern: &str) -> Result<(), &'static str> {
        if literals_at_start(pattern).is_none_or(|literals| literals < MIN_LITERALS) {
            return Err("a pattern must begin with `^` and at least four literal characters");
        }
        self.0.push(Regex::new(pattern).map_err(|_| "not a regular expression")?);
        Ok(())
    }
}

/// The literal characters after the leading `^`; `None` without `^`, or if a branch of the pattern can do without it.
fn literals_at_start(pattern: &str) -> Option<usize> {
    let rest = pattern.strip_prefix('^')?;
    if has_top_level_branch(rest) {
        return None;
    }
    let mut chars = rest.chars();
    let mut literals = 0;
    while let Some(c) = chars.next() {
        match c {
            // A quantifier takes its literal back.
            '?' | '*' | '{' => return Some(literals - usize::from(literals > 0)),
            '\\' if !chars.next().is_some_and(|c| c.is_ascii_punctuation()) => break,
            '.' | '+' | '(' | ')' | '[' | ']' | '|' | '^' | '$' => break,
            _ => literals += 1,
        }
    }
    Some(literals)
}

/// True for a `|` outside of groups and classes.
fn has_top_level_branch(pattern: &str) -> bool {
    let (mut depth, mut is_class, mut is_escaped) = (0_usize, false, false);
    for c in pattern.chars() {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            ']' => is_class = false,
            _ if is_class => {}
            '[' => is_class = true,
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            '|' if depth == 0 => return true,
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_spells_out_how_it_begins() {
        for good in [r"^ref\+vault://", "^corp:[a-z]+$", "^abcd(e|f)", "^keys[|]", r"^\$\{\{ "] {
            assert_eq!(PasswordReferences::default().add(good), Ok(()), "{good}");
        }
        for bad in [
            "",
            "^",
            "vault:",
            "^abc",
            "^abc.*",
            "^abcd?",
            "^abcd*",
            "^abcd{0}",
            "^.*",
            "^vault|.*",
            r"^\w\w\w\w",
            "^(?i)abcd",
            "^abcd(",
        ] {
            assert!(PasswordReferences::default().add(bad).is_err(), "{bad}");
        }
        let mut references = PasswordReferences::default();
        references.add(r"^ref\+vault://").expect("a pattern");
        assert!(references.is_match("ref+vault://a") && !references.is_match("xref+vault://a"));
    }
}
