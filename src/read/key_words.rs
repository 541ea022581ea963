//! Cuts keys and headers into words, so that their meaning need not be a list of spellings.
//!
//! `nextRecordsUrl`, `next_records_url` and `ChunkResult-Records-URL` are the same three words. A key written without any
//! joint, such as `nextpagetoken`, is cut by a vocabulary instead.

/// Words in lower case, separated by single spaces.
#[derive(Clone, Copy, Debug)]
pub struct WordList(pub &'static str);

impl WordList {
    /// The words in order.
    pub fn words(self) -> impl Iterator<Item = &'static str> {
        self.0.split(' ')
    }

    /// The words that `text` begins with.
    fn beginning(self, text: &str) -> impl Iterator<Item = &'static str> {
        let list = self.0.as_bytes();
        let first = text.as_bytes().first().copied();
        // Most words begin otherwise, and are passed over many at a time.
        let places = first.into_iter().flat_map(move |first| memchr::memchr_iter(first, list));
        let is_start = move |at: &usize| *at == 0 || list[at - 1] == b' ';
        let word = move |at: usize| &self.0[at..at + memchr::memchr(b' ', &list[at..]).unwrap_or(list.len() - at)];
        places.filter(is_start).map(word).filter(move |word| text.starts_with(word))
    }

    /// True if `word` is one of them.
    #[must_use]
    pub fn contains(self, word: &str) -> bool {
        let list = self.0.as_bytes();
        let is_edge = |byte: Option<&u8>| byte.is_none_or(|byte| *byte == b' ');
        let is_whole = |at: usize| {
            is_edge(at.checked_sub(1).and_then(|before| list.get(before))) && is_edge(list.get(at + word.len()))
        };
        !word.is_empty() && !word.contains(' ') && memchr::memmem::find_iter(list, word).any(is_whole)
    }
}

/// The words of a key in lower case: cut at everything that is not a letter or digit, before a capital, and between
/// letters and digits.
#[must_use]
pub fn words(key: &str) -> Vec<String> {
    let characters: Vec<char> = key.chars().collect();
    let mut words: Vec<String> = Vec::new();
    let mut before = WordCharacter::Joint;
    for (at, &c) in characters.iter().enumerate() {
        let class = WordCharacter::from(c);
        let is_before_lower =
            characters.get(at + 1).is_some_and(|next| WordCharacter::from(*next) == WordCharacter::Letter);
        match (before, class) {
            (_, WordCharacter::Joint) => {}
            (WordCharacter::Upper, WordCharacter::Letter) => push(&mut words, c, false),
            // The last capital of `ACDId` begins a word.
            (WordCharacter::Upper, WordCharacter::Upper) => push(&mut words, c, is_before_lower),
            (before, class) => push(&mut words, c, before != class),
        }
        before = class;
    }
    words
}

/// How a character joins the one before it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum WordCharacter {
    /// Not part of a word.
    Joint,
    Upper,
    /// A lower-case letter, one without case, or a mark on a letter.
    Letter,
    Digit,
}

impl From<char> for WordCharacter {
    fn from(c: char) -> Self {
        if c.is_numeric() {
            Self::Digit
        } else if c.is_uppercase() {
            Self::Upper
        } else if c.is_alphabetic() || ('\u{300}'..='\u{36f}').contains(&c) {
            Self::Letter
        } else {
            Self::Joint
        }
    }
}

fn push(words: &mut Vec<String>, c: char, is_first: bool) {
    if is_first || words.is_empty() {
        words.push(String::new());
    }
    if let Some(word) = words.last_mut() {
        word.extend(c.to_lowercase());
    }
}

/// True if `key` is `known` but for case, spaces, `_` and `-`. `known` is in lower case and has none of those.
#[must_use]
pub fn is_same_key(key: &str, known: &str) -> bool {
    let bare = key.bytes().filter(|byte| !matches!(byte, b' ' | b'_' | b'-')).map(|byte| byte.to_ascii_lowercase());
    bare.eq(known.bytes())
}

/// The words of a key, those without a joint cut into words of `vocabulary` if they consist of nothing else.
#[must_use]
pub fn words_known(key: &str, vocabulary: &[WordList]) -> Vec<String> {
    let cut = |word: String| match known_parts(&word, vocabulary) {
        Some(parts) => parts.into_iter().map(str::to_owned).collect(),
        None => vec![word],
    };
    words(key).into_iter().flat_map(cut).collect()
}

/// What a key holds in an object that is a pair, such as `{"name": "Password", "value": "…"}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PairPart {
    /// What the value is called.
    Name,
    /// What it is.
    Value,
}

impl PairPart {
    /// The part that the last word of `key` says.
    #[must_use]
    pub fn of_key(key: &str) -> Option<Self> {
        const NAMES: WordList =
            WordList("attribute attr code column field id k key label n name property question title type");
        const VALUES: WordList = WordList("answer content data text v val vals value values");
        let words = words_known(key, &[NAMES, VALUES, WordList("custom display field string")]);
        let last = words.last()?;
        let value = VALUES.contains(last).then_some(Self::Value);
        value.or_else(|| NAMES.contains(last).then_some(Self::Name))
    }
}

/// The longest word that is cut: no key is longer.
const MAX_WORD_BYTES: usize = 64;

/// The words of `vocabulary` that make up `word`, as few as possible.
fn known_parts<'w>(word: &'w str, vocabulary: &[WordList]) -> Option<Vec<&'w str>> {
    if word.len() > MAX_WORD_BYTES {
        return None;
    }
    // For each offset the fewest words up to it, and where the last of them begins.
    let mut fewest: Vec<Option<(usize, usize)>> = vec![None; word.len() + 1];
    fewest[0] = Some((0, 0));
    for start in 0..word.len() {
        let Some((count, _)) = fewest[start] else { continue };
        for known in vocabulary.iter().flat_map(|list| list.beginning(&word[start..])) {
            let end = &mut fewest[start + known.len()];
            if end.is_none_or(|(least, _)| count + 1 < least) {
                *end = Some((count + 1, start));
            }
        }
    }
    let mut parts = Vec::new();
    let mut end = word.len();
    while end > 0 {
        let (_, start) = fewest[end]?;
        parts.push(&word[start..end]);
        end = start;
    }
    parts.reverse();
    Some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_every_spelling_have_the_same_words() {
        for (key, expected) in [
            ("nextRecordsUrl", "next records url"),
            ("next_records_url", "next records url"),
            ("Next-Records-URL", "next records url"),
            (" Next  Token ", "next token"),
            ("@odata.nextLink", "odata next link"),
            ("LastEvaluatedKey", "last evaluated key"),
            ("ACDId", "acd id"),
            ("WFMViews", "wfm views"),
            ("E-Mail", "e mail"),
            ("page2of3", "page 2 of 3"),
            ("NEXT_TOKEN", "next token"),
            ("Contraseña", "contraseña"),
            ("motDePasse", "mot de passe"),
            ("パスワード", "パスワード"),
            ("", ""),
            ("__", ""),
            ("a", "a"),
            ("A", "a"),
        ] {
            assert_eq!(words(key).join(" "), expected, "{key}");
        }
    }

    #[test]
    fn a_key_without_joints_is_cut_by_known_words() {
        let known = &[WordList("next page token to"), WordList("has more")];
        for (key, expected) in [
            ("nextpagetoken", "next page token"),
            ("hasmore", "has more"),
            ("HasMore", "has more"),
            ("nextlogin", "nextlogin"),
            ("next_pagetoken", "next page token"),
            ("moreover", "moreover"),
        ] {
            assert_eq!(words_known(key, known).join(" "), expected, "{key}");
        }
        assert_eq!(words_known(&"next".repeat(100), known).len(), 1, "a key of any length costs little");
    }
}
