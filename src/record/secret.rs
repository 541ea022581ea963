//! A password that cannot be shown.
//!
//! [`Secret`] has no `Display`, no `Debug` and no `Serialize`, and gives out neither its text nor its length.
//! It only answers the questions of the rules.

use std::borrow::Cow;

use super::meaning::is_word_for_nothing;
use super::password_policy::PasswordPolicy;
use super::site::Site;
use crate::source::Span;

/// A password as an input holds it, or a reference to one.
#[derive(Clone)]
pub struct Secret<'a>(Cow<'a, str>);

/// The password cell of a record.
#[derive(Clone)]
pub enum SecretCell<'a> {
    /// The input has no passwords.
    Absent,
    /// The cell is empty.
    Blank(Span),
    /// Some text, which begins at the empty span; not even its end is given.
    Value(Secret<'a>, Span),
}

/// What the text of a password cell is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretKind {
    /// A password, as far as anybody can tell.
    Password,
    /// A reference to a secret kept elsewhere.
    Reference,
    /// What an export writes in place of a password: asterisks, bullets or a word for nothing.
    Masked,
    /// A word that the site declared to mean nothing.
    Nothing,
}

impl<'a> SecretCell<'a> {
    /// Of several the one that matters most: a password, else a reference to one, else a blank cell.
    #[must_use]
    pub fn first_of(cells: impl IntoIterator<Item = Self>) -> Self {
        let rank = |cell: &Self| match cell {
            Self::Value(secret, _) if !secret.is_reference() => 0,
            Self::Value(..) => 1,
            Self::Blank(_) => 2,
            Self::Absent => 3,
        };
        cells.into_iter().min_by_key(rank).unwrap_or(Self::Absent)
    }

    /// The cell that holds `text`, which begins at `start`; space around it does not belong to it. `decode` turns what
    /// is written into the password itself.
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
    /// True for a reference to a secret kept elsewhere, in a form that is built in: of variables and files, of vaults and
    /// secret managers, of templates, or sealed in place.
    #[must_use]
    pub fn is_reference(&self) -> bool {
        let within = |opening: &str, closing: &str| self.0.strip_prefix(opening)?.strip_suffix(closing);
        let after = |opening: &str| self.0.strip_prefix(opening);
        let named = [within("${env:", "}"), within("${file:", "}"), after("vault:"), after("op://")];
        let templates = [within("${{", "}}"), within("{{", "}}")];
        named.into_iter().chain([after("arn:aws:secretsmanager:")]).flatten().any(is_name)
            || after("ref+").and_then(|rest| rest.split_once("://")).is_some_and(|(scheme, rest)| {
                !scheme.is_empty() && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric()) && is_name(rest)
            })
            || templates.into_iter().flatten().any(is_template)
            || within("ENC[", "]").is_some_and(|sealed| !sealed.is_empty() && !sealed.contains(['[', ']']))
    }

    /// What the text is, by what `site` declares.
    #[must_use]
    pub fn kind(&self, site: &Site) -> SecretKind {
        if site.values.is_blank(&self.0) {
            SecretKind::Nothing
        } else if is_masked(&self.0) {
            SecretKind::Masked
        } else if self.is_reference() || site.password_references.is_match(&self.0) {
            SecretKind::Reference
        } else {
            SecretKind::Password
        }
    }

    /// True if the password is `text`, which is not to be shown then.
    #[must_use]
    pub fn is(&self, text: &str) -> bool {
        self.0 == text
    }

    /// True if the password meets `policy`.
    #[must_use]
    pub fn meets(&self, policy: &PasswordPolicy) -> bool {
        let long_enough = policy.min_length.is_none_or(|least| self.0.chars().count() as u64 >= least);
        long_enough && policy.classes.iter().all(|class| self.0.chars().any(|c| class.holds(c)))
    }
}

/// True for what can name a secret elsewhere: a text without spaces or braces, and without one to take in its place, as
/// `${env:NAME:-text}` has it.
fn is_name(text: &str) -> bool {
    let has_other = [":-", ":=", ":+", ":?", "||"].iter().any(|sign| text.contains(sign));
    !text.is_empty()
        && !has_other
        && !text.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '{' | '}'))
}

/// True for nothing but asterisks or bullets, or a word for nothing.
fn is_masked(text: &str) -> bool {
    const BULLETS: &str =
        "*\u{2217}\u{ff0a}\u{2022}\u{2219}\u{b7}\u{22c5}\u{25cf}\u{25cb}\u{25e6}\u{26ab}\u{2b24}\u{30fb}";
    text.chars().all(|c| BULLETS.contains(c)) || is_word_for_nothing(text)
}

/// Words and functions of templates that give another value where there is none.
const FALLBACKS: [&str; 11] =
    ["and", "coalesce", "default", "else", "fallback", "firstNonEmpty", "if", "ifnull", "nvl", "or", "ternary"];

/// Functions that do so if they are given a second text.
const GETTERS: [&str; 4] = ["get", "getenv", "getOrDefault", "env"];

/// True for an expression of a template, unless it spells out a text of its own that could be the password.
fn is_template(expression: &str) -> bool {
    let expression = expression.trim_ascii();
    let is_expression = expression.contains(char::is_alphabetic)
        && !expression.contains(|c: char| c.is_control() || matches!(c, '{' | '}'));
    let spells_out = expression.starts_with(is_quote) || spells_out_fallback(expression);
    is_expression && !spells_out
}

const fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\'' | '`')
}

/// A template without the texts it spells out, and how many those are. A text ends with the quote that it begins with.
fn without_texts(expression: &str) -> (String, usize) {
    let (mut outside, mut texts) = (String::new(), 0);
    let mut rest = expression;
    while let Some((before, quote)) = rest.find(is_quote).map(|at| rest.split_at(at)) {
        let inner = &quote[1..];
        outside.push_str(before);
        // What is not closed may be anything: it is looked at as well.
        let Some(end) = inner.find(&quote[..1]) else {
            rest = inner;
            texts += 1;
            continue;
        };
        outside.push(' ');
        (rest, texts) = (&inner[end + 1..], texts + 1);
    }
    (outside + rest, texts)
}

/// True if an expression of a template may have another value than that which it names first, and spells one out: a text, or
/// a number.
fn spells_out_fallback(expression: &str) -> bool {
    let (outside, texts) = without_texts(expression);
    let words = || outside.split(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '.' | '-' | '$'));
    let is_one_of = |word: &str, known: &[&str]| {
        let last = word.rsplit('.').next().unwrap_or(word);
        known.iter().any(|one| one.eq_ignore_ascii_case(last))
    };
    let is_fallback = |word: &str| is_one_of(word, &FALLBACKS) || (texts > 1 && is_one_of(word, &GETTERS));
    let is_number = |word: &str| word.len() > 2 && word.bytes().all(|byte| byte.is_ascii_digit());
    let has_fallback = outside.contains(['?', '&']) || outside.contains("||") || words().any(is_fallback);
    has_fallback && (texts > 0 || words().any(is_number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_told_from_literals() {
        for reference in [
            "${env:API_PASSWORD}",
            "${file:/run/secrets/api}",
            "vault:kv/api#password",
            "op://ops/api/password",
            "{{ vault_payroll }}",
            "{{vault_payroll}}",
            "{{ lookup('env', 'API_PASSWORD') }}",
            "${{ secrets.API_PASSWORD }}",
            "${{ secrets.default }}",
            "${{ secrets.API_PASSWORD || secrets.OTHER }}",
            "{{ vault_default_password }}",
            "{{ pw | default(other) }}",
            "{{ passwords[0] }}",
            "{{ env.get('API_PASSWORD') }}",
            "{{ secret \"kv/api\" \"password\" }}",
            "{{ key 'a/or/b' | trim }}",
            "{{ key \"it's or\" }}",
            "ENC[AES256_GCM,data:p2Fz,iv:mZ8=,tag:Qk0=,type:str]",
            "ref+vault://kv/api#password",
            "ref+awsssm://api/password",
            "arn:aws:secretsmanager:eu-west-1:000000000000:secret:api",
        ] {
            assert!(Secret(reference.into()).is_reference(), "{reference}");
        }
        for literal in [
            "hunter2",
            "${env:}",
            "${env:A}b",
            "x${env:A}",
            "vault:",
            "op://",
            "${other:A}",
            "$ENV",
            "vault: a b",
            "{{ }}",
            "{{ 12345 }}",
            "{{ 'hunter2' }}",
            "{{ api | default('hunter2') }}",
            "{{ api | default \"hunter2\" }}",
            "{{ api }}hunter2",
            "${env:API_PW:-hunter2}",
            "${env:API_PW:=hunter2}",
            "${file:/run/api:-hunter2}",
            "${{ secrets.X || 'hunter2' }}",
            "${{ secrets.X && 'hunter2' }}",
            "{{ pw or \"hunter2\" }}",
            "{{ or .Values.pw \"hunter2\" }}",
            "{{ pw if pw else 'hunter2' }}",
            "{{ coalesce .a \"hunter2\" }}",
            "{{ key \"it's\" | default 'hunter2' }}",
            "{{ key \"it's | default hunter2\" or 'hunter2' }}",
            "{{ key 'open or hunter2 }}",
            "{{ pw ? pw : 'hunter2' }}",
            "{{x|default(12345678)}}",
            "{{ .a | default 84629173 }}",
            "{{ env.get('X','hunter2') }}",
            "{{ lookup('env','X',default='hunter2') }}",
            "{ api }",
            "${{ }}",
            "ENC[]",
            "ENC[a]b]",
            "ENCODED",
            "ref+://kv",
            "ref+vault://",
            "ref+vault:kv",
            "arn:aws:secretsmanager:",
            "arn:aws:s3:::api",
        ] {
            assert!(!Secret(literal.into()).is_reference(), "{literal}");
        }
    }

    #[test]
    fn what_an_export_writes_in_place_of_a_password_is_none() {
        let site = Site::new(crate::record::date::Date::parse("2026-11-21", None).expect("a date"));
        for masked in
            ["*", "********", "\u{2022}\u{2022}\u{2022}", "\u{25cf}\u{25cf}*", "NULL", "n/a", "None", "(blank)", "--"]
        {
            assert_eq!(Secret(masked.into()).kind(&site), SecretKind::Masked, "{masked}");
        }
        for password in
            ["****1", "a***", "* * x", "nulla", "nothing", "-a-", "System.Object", "!!??##", "$%&/()=?", "---.---"]
        {
            assert_eq!(Secret(password.into()).kind(&site), SecretKind::Password, "{password}");
        }
        assert_eq!(Secret("{{ a }}".into()).kind(&site), SecretKind::Reference);
    }

    #[test]
    fn a_policy_is_met_or_not() {
        use crate::record::password_policy::CharacterClass::{Digit, Lower, Special, Upper};
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
