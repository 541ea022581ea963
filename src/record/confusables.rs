//! What a name looks like: which of its characters imitate others, are invisible, or are drawn like another letter.
//!
//! Plain letters stand for themselves: `m` beside `rn` and `0` beside `O` are honest names that a reader can
//! tell apart with care. A letter of another script that is drawn alike cannot be told apart at all.

use std::sync::LazyLock;

use unicode_normalization::char::canonical_combining_class;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

use super::letters::LetterTable;
use crate::diagnostic::visible::is_hidden;
use crate::embedded;

/// The names of characters that imitate others, are hidden, or belong to alphabets that are mixed up with Latin, one a
/// line: `415 CYRILLIC CAPITAL LETTER IE`. All names of Unicode are five times as large.
static NAMES: LazyLock<String> = LazyLock::new(|| embedded::text("src/record/character_names.txt"));

static NAME_OF: LazyLock<Vec<(u32, &str)>> = LazyLock::new(|| {
    let line = |line: &'static str| {
        let (code, name) = line.split_once(' ')?;
        Some((u32::from_str_radix(code, 16).ok()?, name))
    };
    NAMES.lines().filter_map(line).collect()
});

/// The name of a character in small letters, if it is one of those.
fn name_of(c: char) -> Option<String> {
    let at = NAME_OF.binary_search_by_key(&u32::from(c), |(code, _)| *code).ok()?;
    Some(NAME_OF[at].1.to_ascii_lowercase())
}

/// Characters that are drawn like others, in order: each with the one, or with NUL for several. They are the skeletons of
/// Unicode's security mechanisms (UTS 39).
const TWINS: &[(char, char)] = include!(concat!(env!("OUT_DIR"), "/twins.rs"));

/// What a character of two bytes looks like. No entry for one that normalization may change or join to others.
static LOOKS: LetterTable = LetterTable::new(|c| {
    let is_stable = is_nfkc_quick(std::iter::once(c)) == IsNormalized::Yes && canonical_combining_class(c) == 0;
    (is_stable && !is_hidden(c)).then(|| imitated_letter(c).unwrap_or(c))
});

/// `name` as it looks: in ASCII lower case, with what is invisible left out and what imitates a plain letter
/// replaced by it. Two names that look alike have one look.
#[must_use]
pub fn visual_skeleton(name: &str) -> String {
    if name.is_ascii() {
        return name.to_ascii_lowercase();
    }
    LOOKS.map(name).unwrap_or_else(|| skeleton_of_any(name))
}

/// True if `name` may look like another text than its own in ASCII lower case: what imitates a letter, is invisible, or
/// is changed by normalization.
#[must_use]
pub fn has_lookalikes(name: &str) -> bool {
    !name.is_ascii() && !LOOKS.keeps(name)
}

/// The same of characters that the table has no entry for.
fn skeleton_of_any(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.chars().filter(|c| c.is_ascii() || !is_hidden(*c)).nfkc() {
        match imitated_letter(c) {
            Some(plain) => out.push(plain),
            None => out.push(c.to_ascii_lowercase()),
        }
    }
    out
}

/// The plain letter, in lower case, that a character beyond ASCII is drawn like.
fn imitated_letter(c: char) -> Option<char> {
    if c.is_ascii() {
        return None;
    }
    // A capital that is drawn like `l` is most often an `I`: its small letter decides.
    let is_stroke = |plain: &char| *plain == 'l' && c.is_uppercase();
    let own = plain_twin(c);
    let small = || c.to_lowercase().find_map(plain_twin);
    own.filter(|plain| !is_stroke(plain)).or_else(small).or(own).map(|plain| plain.to_ascii_lowercase())
}

/// The single ASCII character that `c` is drawn like.
fn plain_twin(c: char) -> Option<char> {
    let twin = TWINS.binary_search_by_key(&c, |(odd, _)| *odd).map_or(c, |at| TWINS[at].1);
    if twin.is_ascii_graphic() { Some(twin) } else { letter_by_name(twin) }
}

/// The letter that a character is a small capital, or a letter in a frame, of. The table of look-alikes leaves out
/// what is drawn a little smaller or whiter, and a reader does not.
fn letter_by_name(c: char) -> Option<char> {
    letter_in_name(c, name_of)
}

fn letter_in_name(c: char, name_of: impl FnOnce(char) -> Option<String>) -> Option<char> {
    let framed = ["latin capital letter ", "symbol letter "];
    let starts: &[&str] = match u32::from(c) {
        0x250..=0x2af | 0x1d00..=0x1dbf | 0xa720..=0xa7ff | 0xab30..=0xab6f => &["latin letter small capital "],
        0x1f110..=0x1f1ff => &framed,
        _ => return None,
    };
    let name = name_of(c)?;
    let letter = starts.iter().find_map(|start| Some(&name[name.find(start)? + start.len()..]))?;
    letter.parse().ok()
}

/// The first character of `name` that imitates another or is invisible, in words.
#[must_use]
pub fn odd_character(name: &str) -> Option<String> {
    name.char_indices()
        .find(|(_, c)| !c.is_ascii() && (is_hidden(*c) || is_imitation(*c)))
        .map(|(at, _)| describe_at(name, at))
}

/// True for a character that is drawn like a plain one.
#[must_use]
pub fn is_imitation(c: char) -> bool {
    imitated_letter(c).is_some() || c.nfkc_is_ascii()
}

/// The character at byte `at` of `name` and its place, in words.
#[must_use]
pub fn describe_at(name: &str, at: usize) -> String {
    let c = name[at..].chars().next().unwrap_or_default();
    let place = match name[..at].chars().count() {
        0 if c.is_alphabetic() => "the first letter".to_owned(),
        before => format!("character {}", before + 1),
    };
    format!("{place} is {}", describe(c))
}

/// What a character is called: `Cyrillic capital letter Ie (U+0415)`.
#[must_use]
pub fn describe(c: char) -> String {
    let Some(name) = name_of(c) else { return format!("U+{:04X}", u32::from(c)) };
    // The script and the letter are names; the words between say the kind.
    let count = name.split(' ').count();
    let is_letter = name.contains(" letter ");
    let words = name
        .split(' ')
        .enumerate()
        .map(|(at, word)| if is_letter && (at == 0 || at + 1 == count) { capitalised(word) } else { word.to_owned() });
    format!("{} (U+{:04X})", words.collect::<Vec<_>>().join(" "), u32::from(c))
}

fn capitalised(word: &str) -> String {
    let mut characters = word.chars();
    characters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + characters.as_str())
}

/// Whether a compatible form of a character is plain: `\u{ff21}` is a wide `A`.
trait Compatible {
    fn nfkc_is_ascii(self) -> bool;
}

impl Compatible for char {
    fn nfkc_is_ascii(self) -> bool {
        std::iter::once(self).nfkc().all(|c| c.is_ascii())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `ROLECALL_BLESS=1` writes the names again.
    #[test]
    fn names_are_those_of_unicode() {
        let all = |c: char| unicode_names2::name(c).map(|name| name.to_string());
        let small = |c: char| all(c).map(|name| name.to_ascii_lowercase());
        let is_alphabet = |c: char| matches!(c, '\0'..='\u{5ff}' | '\u{10a0}'..='\u{10ff}' | '\u{13a0}'..='\u{13ff}' | '\u{1e00}'..='\u{1fff}');
        let is_wanted =
            |c: &char| is_alphabet(*c) || is_hidden(*c) || is_imitation(*c) || letter_in_name(*c, small).is_some();
        let line = |c: char| Some(format!("{:X} {}\n", u32::from(c), all(c)?));
        let names: String = ('\0'..=char::MAX).filter(is_wanted).filter_map(line).collect();
        if std::env::var_os("ROLECALL_BLESS").is_some() {
            let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/record/character_names.txt");
            std::fs::write(path, &names).expect("the sources can be written");
        }
        assert!(names == *NAMES, "`ROLECALL_BLESS=1 cargo test names_are_those_of_unicode` writes them again");
        let letter = |c: &char| letter_by_name(*c) != letter_in_name(*c, small);
        assert_eq!(('\0'..=char::MAX).find(letter), None);
    }

    #[test]
    fn twins_are_those_of_unicode() {
        let differs = |c: &char| {
            let text = c.to_string();
            let skeleton: Vec<char> = unicode_security::confusable_detection::skeleton(&text).collect();
            let twin = match skeleton.as_slice() {
                [plain] if plain.is_ascii_graphic() => Some(*plain),
                [other] => letter_by_name(*other),
                _ => None,
            };
            plain_twin(*c) != twin
        };
        assert_eq!(('\0'..=char::MAX).find(differs), None);
    }

    #[test]
    fn what_is_drawn_alike_has_one_look() {
        for odd in [
            "\u{430}pi.feed@acme.example",
            "ap\u{456}.feed@acme.example",
            "\u{410}pi.feed@acme.example",
            "api.\u{200b}feed@acme.example",
            "api.feed\u{a0}@acme.example",
            "api.feed\u{ff20}acme.example",
            "\u{ff41}pi.feed@acme.example",
            "api.f\u{435}ed@acm\u{435}.example",
            "api.feed@acme\u{ad}.example",
            "AP\u{406}.feed@acme.example",
        ] {
            assert_eq!(visual_skeleton(odd), "api.feed@acme.example", "{odd}");
            assert!(odd_character(odd).is_some(), "{odd}");
        }
        assert_eq!(visual_skeleton("andre\u{301}"), visual_skeleton("andr\u{e9}"));
        for (odd, plain) in [
            ("\u{391}\u{39d}\u{39d}\u{391}@acme.example", "anna@acme.example"),
            ("\u{212a}ate@acme.example", "kate@acme.example"),
        ] {
            assert_eq!(visual_skeleton(odd), plain);
            assert!(odd_character(odd).is_some(), "{odd}");
        }
    }

    #[test]
    fn small_and_framed_letters_have_the_look_of_their_letter() {
        for (odd, plain) in [
            ("\u{1d00}\u{1d18}\u{26a}.f\u{1d07}ed", "api.feed"),
            ("\u{299}\u{29f}ue", "blue"),
            ("\u{1f170}pi", "api"),
            ("\u{1f150}pi", "api"),
            ("\u{a731}hop", "shop"),
        ] {
            assert_eq!(visual_skeleton(odd), plain, "{odd}");
            assert!(odd_character(odd).is_some(), "{odd}");
        }
        // Letters of other alphabets, with hooks and strokes that a reader sees.
        for honest in ["\u{111}or\u{111}e", "\u{253}asa", "\u{142}ukasz", "\u{14b}ala"] {
            assert_eq!(visual_skeleton(honest), honest, "{honest}");
        }
    }

    #[test]
    fn honest_names_keep_their_looks() {
        for (one, other) in [
            ("tamra@acme.example", "tarnra@acme.example"),
            ("api1@acme.example", "apil@acme.example"),
            ("o@acme.example", "0@acme.example"),
            ("andre@acme.example", "andr\u{e9}@acme.example"),
            ("k\u{e4}te@acme.example", "k\u{c4}te@acme.example"),
            ("m\u{fc}ller@acme.example", "muller@acme.example"),
            ("stra\u{df}e@acme.example", "strasse@acme.example"),
        ] {
            assert_ne!(visual_skeleton(one), visual_skeleton(other), "{one} {other}");
        }
        for honest in ["Zo\u{eb} O'Neil", "\u{5f20}\u{4f1f}", "m\u{fc}ller", "api.feed"] {
            assert_eq!(odd_character(honest), None, "{honest}");
        }
    }

    proptest::proptest! {
        #[test]
        fn the_table_gives_the_look_that_normalization_gives(name in "([a-zA-Z.@]|[\u{80}-\u{7ff}]|\\PC){0,12}") {
            proptest::prop_assert_eq!(visual_skeleton(&name), skeleton_of_any(&name));
        }
    }

    #[test]
    fn characters_are_called_by_their_names() {
        assert_eq!(describe('\u{415}'), "Cyrillic capital letter Ie (U+0415)");
        assert_eq!(describe('\u{200b}'), "zero width space (U+200B)");
        assert_eq!(describe('\u{ff20}'), "fullwidth commercial at (U+FF20)");
        let said = odd_character("\u{415}nterpriseView");
        assert_eq!(said.as_deref(), Some("the first letter is Cyrillic capital letter Ie (U+0415)"));
    }
}
