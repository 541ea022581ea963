//! What the text of a cell can mean: the one place that decides whether it means what it says.
//!
//! A text is in doubt if a broken export left it behind, if it is a word for nothing that the site has not declared, or if
//! it may hold several names where one was expected. What is in doubt is not judged: a guess could call an account clean,
//! or miscount a seat. Names of persons are exempt, since somebody is called Null.

use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

use super::Field;
use super::left_out::leaves_out;
use super::list::ListSyntax;

/// Why a text does not mean what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Uncertainty {
    /// What an export left behind: the name of a type, a failed formula, a list written as text, a mark of what it left out.
    LostValue,
    /// An undeclared word for nothing.
    Placeholder,
    /// It may hold several names.
    SeveralNames,
    /// It is not a kind of account.
    UnknownKind,
}

/// The kinds of account that an input can declare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountKind {
    ApiUser,
    Person,
}

impl AccountKind {
    /// The kind of an account that is an API user's, or not.
    pub const fn of(is_api_user: bool) -> Self {
        if is_api_user { Self::ApiUser } else { Self::Person }
    }
}

/// The kind that a word means, without regard to case, spaces, `_` and `-`.
pub fn account_kind(word: &str) -> Option<AccountKind> {
    let letters = word.chars().filter(|c| !matches!(c, ' ' | '_' | '-')).flat_map(char::to_lowercase);
    match letters.collect::<String>().as_str() {
        "apiuser" => Some(AccountKind::ApiUser),
        "person" => Some(AccountKind::Person),
        _ => None,
    }
}

/// True if the cells of this field are never in doubt: names of persons may be any word; marks, dates and passwords are
/// judged by rules of their own.
pub const fn is_exempt(field: Field) -> bool {
    matches!(
        field,
        Field::FirstName
            | Field::LastName
            | Field::Password
            | Field::Active
            | Field::Activated
            | Field::Deactivated
            | Field::Kind
            | Field::LastReviewed
            | Field::LastLogin
            | Field::PasswordChanged
    )
}

/// What is wrong with a whole text, whatever names are known.
#[inline]
pub fn uncertainty_of_text(text: &str) -> Option<Uncertainty> {
    if may_be_stand_in(text) { uncertainty_of_suspect(text) } else { None }
}

#[inline(never)]
fn uncertainty_of_suspect(text: &str) -> Option<Uncertainty> {
    if is_lost_value(text) {
        return Some(Uncertainty::LostValue);
    }
    is_placeholder(text).then_some(Uncertainty::Placeholder)
}

/// What is wrong with an item of a list. `is_in_column` tells whether the column also holds a name on its own.
pub fn uncertainty_of_item(item: &str, lists: &ListSyntax, is_in_column: impl Fn(&str) -> bool) -> Option<Uncertainty> {
    let is_own = |doubt: &Uncertainty| *doubt == Uncertainty::Placeholder && lists.is_declared(item);
    uncertainty_of_text(item)
        .filter(|doubt| !is_own(doubt))
        .or_else(|| (leaves_out(item) && !lists.is_declared(item)).then_some(Uncertainty::LostValue))
        .or_else(|| is_ambiguous(item, lists, is_in_column).then_some(Uncertainty::SeveralNames))
}

/// As [`uncertainty_of_item`] for a role: a number in place of its name tells nobody which role it is.
pub fn uncertainty_of_role(role: &str, lists: &ListSyntax, is_in_column: impl Fn(&str) -> bool) -> Option<Uncertainty> {
    let is_number = !role.is_empty() && role.bytes().all(|byte| byte.is_ascii_digit()) && !lists.is_declared(role);
    if is_number { Some(Uncertainty::LostValue) } else { uncertainty_of_item(role, lists, is_in_column) }
}

/// True if a cell of this field holds one name of the catalogue.
pub const fn holds_one_name(field: Field) -> bool {
    matches!(field, Field::Team | Field::MainView)
}

/// What is wrong with a cell that holds one name. A separator of lists separates names here too.
pub fn uncertainty_of_name(name: &str, lists: &ListSyntax, is_in_column: impl Fn(&str) -> bool) -> Option<Uncertainty> {
    let is_name = |part: &str| part.chars().all(is_part_of_name) && part.contains(char::is_alphabetic);
    let is_list = || name.contains([';', '|', '\n']) && name.split([';', '|', '\n']).all(is_name);
    let is_several = || is_list() && !lists.is_declared(name);
    uncertainty_of_item(name, lists, is_in_column).or_else(|| is_several().then_some(Uncertainty::SeveralNames))
}

/// True if a part of `item` is a known name, and `item` as a whole is not declared.
fn is_ambiguous(item: &str, lists: &ListSyntax, is_in_column: impl Fn(&str) -> bool) -> bool {
    if item.bytes().all(is_plainly_part_of_name) && !item.contains("  ") {
        return false;
    }
    let mut parts = parts(item).peekable();
    let is_whole = parts.peek().is_some_and(|part| *part == item);
    !is_whole && !lists.is_declared(item) && parts.any(|part| lists.is_declared(part) || is_in_column(part))
}

/// True if `item` could hold several names: it can be cut, and was not declared.
pub fn is_divisible(item: &str, lists: &ListSyntax) -> bool {
    parts(item).next().is_some_and(|part| part != item) && !lists.is_declared(item)
}

/// The parts of a text between characters that hardly belong to a name, and between two spaces. A part that begins or
/// ends with a dash or a dot comes without it too: it may belong to the separator, as in `Administrator -> Lead`.
pub fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !is_part_of_name(c))
        .flat_map(|part| part.split("  "))
        .map(str::trim)
        .flat_map(|part| [Some(part), without_dashes(part)])
        .flatten()
        .filter(|part| !part.is_empty())
}

fn without_dashes(part: &str) -> Option<&str> {
    Some(part.trim_matches(|c: char| c.is_whitespace() || "-_.".contains(c))).filter(|bare| bare.len() < part.len())
}

const fn is_plainly_part_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'_' | b'-' | b'.' | b'\'' | b'(' | b')')
}

/// Letters, marks, digits, spaces, and signs that occur in names.
fn is_part_of_name(c: char) -> bool {
    match c {
        ' ' | '_' | '-' | '.' | '\'' | '\u{2019}' | '(' | ')' => true,
        c if c.is_ascii() => c.is_ascii_alphanumeric(),
        // Invisible characters separate nothing: such a name is reported as spoofing.
        c if c.general_category() == GeneralCategory::Format => true,
        c => {
            matches!(
                c.general_category_group(),
                GeneralCategoryGroup::Letter | GeneralCategoryGroup::Mark | GeneralCategoryGroup::Number
            ) || c.general_category() == GeneralCategory::SpaceSeparator
        }
    }
}

/// A quick test of the first bytes and the length: nearly every text fails it.
#[inline(always)]
fn may_be_stand_in(text: &str) -> bool {
    match text.as_bytes() {
        [b'S' | b's', b'Y' | b'y', b'S' | b's', ..] => text.len() >= "System.Object[]".len(),
        [b'N' | b'n', b'O' | b'o', b'T' | b't' | b' ', ..] => true,
        [b'N' | b'n', b'O' | b'o', b'N' | b'n', b'E' | b'e', b' ', ..] => true,
        [b'N' | b'n', ..] => text.len() <= "ninguno".len(),
        [b'K' | b'k' | b'A' | b'a' | b'G' | b'g', ..] => text.len() <= "keiner".len(),
        [b'U' | b'u', ..] => text.len() == "undefined".len(),
        // Signs, in ASCII or in the blocks of Unicode that hold them.
        [0x21..=0x2F | 0x3A..=0x40 | 0x5B..=0x60 | 0x7B..=0x7E | 0xC2 | 0xE2 | 0xE3 | 0xEF, ..] | [.., b'[', b']'] => {
            true
        }
        _ => false,
    }
}

/// What a broken export left behind.
fn is_lost_value(text: &str) -> bool {
    let starts = |start: &str| text.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start));
    starts("System.Object[]")
        || starts("System.Collections")
        || starts("[object ")
        || (text.starts_with("@{") && text.ends_with('}'))
        || is_template(text)
        || is_array_type(text)
        || is_error_word(text)
        || is_written_list(text)
}

/// A place that a template left open: `{{ team }}`, `${team}`.
fn is_template(text: &str) -> bool {
    (text.starts_with("{{") && text.ends_with("}}")) || (text.starts_with("${") && text.ends_with('}'))
}

/// The name of a type of arrays, which is what a shell writes in place of one: `System.String[]`.
fn is_array_type(text: &str) -> bool {
    let Some(name) = text.strip_suffix("[]") else { return false };
    let is_of_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'`' | b'+');
    name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.bytes().all(is_of_name)
}

/// A spreadsheet's word for a failed formula.
fn is_error_word(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('#') else { return false };
    if ["N/A", "NV", "N/D"].iter().any(|word| rest.eq_ignore_ascii_case(word)) {
        return true;
    }
    let Some(word) = rest.strip_suffix(['!', '?']) else { return false };
    // Spanish has a sign before the word too.
    let word = word.trim_start_matches(['¡', '¿']);
    word.len() >= 2 && word.chars().all(|c| c.is_uppercase() || c.is_ascii_digit() || matches!(c, '/' | '_'))
}

/// A list or an object of JSON or Python, written as text: it parses as one, and holds a quoted text or a `:`.
fn is_written_list(text: &str) -> bool {
    if !(text.starts_with('[') && text.ends_with(']') || text.starts_with('{') && text.ends_with('}')) {
        return false;
    }
    let mut value = WrittenValue { rest: text, has_quote_or_colon: false };
    value.value(0) && value.rest.is_empty() && value.has_quote_or_colon
}

/// A walk over a value of JSON or Python that copies nothing.
struct WrittenValue<'t> {
    rest: &'t str,
    has_quote_or_colon: bool,
}

impl WrittenValue<'_> {
    /// The deepest nesting that is looked at.
    const MAX_DEPTH: usize = 32;

    fn value(&mut self, depth: usize) -> bool {
        self.space();
        match self.rest.as_bytes().first() {
            _ if depth > Self::MAX_DEPTH => false,
            Some(b'[') => self.items(depth, ']', false),
            Some(b'(') => self.items(depth, ')', false),
            Some(b'{') => self.items(depth, '}', true),
            Some(quote @ (b'"' | b'\'')) => self.quoted(char::from(*quote)),
            _ => self.word(),
        }
    }

    /// Items up to `end`, each perhaps with its key.
    fn items(&mut self, depth: usize, end: char, may_have_keys: bool) -> bool {
        self.rest = &self.rest[1..];
        loop {
            self.space();
            if let Some(rest) = self.rest.strip_prefix(end) {
                self.rest = rest;
                self.space();
                return true;
            }
            if !self.value(depth + 1) {
                return false;
            }
            self.space();
            if let Some(rest) = self.rest.strip_prefix(':').filter(|_| may_have_keys) {
                self.rest = rest;
                self.has_quote_or_colon = true;
                if !self.value(depth + 1) {
                    return false;
                }
                self.space();
            }
            match self.rest.strip_prefix(',') {
                Some(rest) => self.rest = rest,
                None if self.rest.starts_with(end) => {}
                None => return false,
            }
        }
    }

    fn quoted(&mut self, quote: char) -> bool {
        let mut is_escaped = false;
        for (at, c) in self.rest.char_indices().skip(1) {
            match c {
                _ if is_escaped => is_escaped = false,
                '\\' => is_escaped = true,
                c if c == quote => {
                    self.rest = &self.rest[at + 1..];
                    self.has_quote_or_colon = true;
                    return true;
                }
                _ => {}
            }
        }
        false
    }

    /// A number, or one of the words that both languages have for yes, no and nothing.
    fn word(&mut self) -> bool {
        let end = self.rest.find([',', ':', ']', '}', ')', ' ']).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        let is_constant = ["true", "false", "null", "none", "nan"].iter().any(|known| word.eq_ignore_ascii_case(known));
        self.rest = rest;
        is_constant || word.parse::<f64>().is_ok()
    }

    fn space(&mut self) {
        self.rest = self.rest.trim_start();
    }
}

/// A word for nothing, or signs without a letter or digit: a few, or one again and again.
fn is_placeholder(text: &str) -> bool {
    const MAX_SIGNS: usize = 8;
    let is_of_signs = || text.chars().all(is_bare_sign) && !text.contains('@');
    let is_one_sign = || text.chars().all(|c| text.starts_with(c));
    is_word_for_nothing(text) || (is_of_signs() && (text.chars().count() <= MAX_SIGNS || is_one_sign()))
}

/// A word for nothing, with or without brackets or quotes around it.
pub fn is_word_for_nothing(text: &str) -> bool {
    const WORDS: &str = "null|nil|none|n/a|n.a.|nan|undefined|-|--|[]|{}|\\n|not set|not available|not applicable|\
        not defined|not specified|no value|none selected|nothing selected|not assigned|no groups|no teams|no roles|\
        keine|keiner|ninguno|ninguna|nenhum|nenhuma|nessuno|aucun|aucune|geen|k.a.";
    // Without brackets these can be names.
    const BRACKETED_WORDS: &str = "blank|empty|unset|unknown|missing|redacted|removed|hidden|masked|deleted|unassigned|na|tbd|\
        leer|vide|vacío|vazio|vuoto|leeg|なし|空";
    let is_in = |words: &str, text: &str| words.split('|').any(|word| word == text);
    let bare = without_brackets(text);
    let folded = bare.to_lowercase();
    is_in(WORDS, &folded)
        || is_in(WORDS, &text.to_lowercase())
        || (bare.len() < text.len() && is_in(BRACKETED_WORDS, &folded))
}

/// A text without the pairs of brackets or quotes around it.
fn without_brackets(mut text: &str) -> &str {
    const PAIRS: [&str; 12] = ["()", "[]", "{}", "<>", "\"\"", "''", "“”", "‘’", "«»", "‹›", "【】", "（）"];
    let inside = |text: &'_ str| {
        PAIRS.iter().find_map(|pair| {
            let (open, close) = pair.split_at(pair.len() / 2);
            text.strip_prefix(open)?.strip_suffix(close).map(str::len)
        })
    };
    while let Some(len) = inside(text) {
        let open = (text.len() - len) / 2;
        text = text[open..open + len].trim();
    }
    text
}

/// A sign of which no name consists: neither a letter nor a digit nor a picture, nor what shows nothing.
fn is_bare_sign(c: char) -> bool {
    match c.general_category_group() {
        GeneralCategoryGroup::Punctuation => true,
        GeneralCategoryGroup::Symbol => c.general_category() != GeneralCategory::OtherSymbol,
        GeneralCategoryGroup::Separator => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests;
