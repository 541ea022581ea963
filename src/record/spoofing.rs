//! Names that imitate others: with an invisible character, with letters of two alphabets in one word, or in
//! wide forms.
//!
//! A name in another script, with accents or with signs of its own is an honest one. What is found here cannot be seen
//! by a reader of a list, and is typed by nobody by accident: a letter that is drawn like a Latin one among Latin ones.

use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};
use unicode_security::mixed_script::AugmentedScriptSet;

use super::confusables::{describe_at, is_imitation, visual_skeleton};
use crate::diagnostic::visible::is_hidden;

/// What in a name imitates something else, as a fragment; `None` for an honest name.
#[must_use]
pub fn spoofing(name: &str) -> Option<String> {
    if name.is_ascii() {
        return None;
    }
    let hidden = name.char_indices().find(|(at, c)| !c.is_ascii() && is_out_of_place(*c, &name[..*at], name));
    if let Some((at, _)) = hidden {
        return Some(format!("{}, which is invisible", describe_at(name, at)));
    }
    mixed_letter(name).or_else(|| wide_letter(name)).map(|at| describe_at(name, at))
}

/// True for what cannot be seen and does not belong to how the name is written.
fn is_out_of_place(c: char, before: &str, name: &str) -> bool {
    let follows_other = || before.chars().next_back().is_some_and(|before| !before.is_ascii());
    match c {
        // Joiners of Persian, of the scripts of India and of emoji, and what chooses the form of the sign before it.
        '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' => !follows_other(),
        // Marks of direction in a name that is written from right to left.
        '\u{200e}' | '\u{200f}' | '\u{61c}' => !name.chars().any(is_right_to_left),
        // The space of scripts whose signs are squares.
        '\u{3000}' => !name.chars().any(is_square),
        // Later versions of Unicode, and the site's own fonts, may show them.
        _ if matches!(c.general_category(), GeneralCategory::Unassigned | GeneralCategory::PrivateUse) => false,
        _ => is_hidden(c),
    }
}

fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}')
}

fn is_square(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{a000}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7af}' | '\u{20000}'..='\u{3ffff}')
        && c != '\u{3000}'
}

/// The place of a letter that is drawn like a Latin one but is not, in a word with Latin letters. If another letter
/// of the word is plainly of another alphabet, everyone sees that two of them meet.
fn mixed_letter(name: &str) -> Option<usize> {
    words(name).find_map(|(start, word)| {
        if word.is_ascii() || !word.contains(|c: char| c.is_ascii_alphabetic()) {
            return None;
        }
        if !AugmentedScriptSet::for_str(word).is_empty() && !word.contains(is_of_no_alphabet) {
            return None;
        }
        let foreign = || word.char_indices().filter(|(_, c)| c.is_alphabetic() && !is_latin(*c));
        foreign().next().filter(|_| foreign().all(|(_, c)| is_imitation(c))).map(|(at, _)| start + at)
    })
}

/// Letters that Latin names are written with.
fn is_latin(c: char) -> bool {
    c.is_ascii_alphabetic() || matches!(c, '\u{aa}' | '\u{ba}' | '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}')
}

/// Small capitals and letters in frames are Latin, or of no script, and no name is made of them.
fn is_of_no_alphabet(c: char) -> bool {
    let small = ['\u{262}', '\u{26a}', '\u{274}', '\u{280}', '\u{28f}', '\u{299}', '\u{29c}', '\u{29f}'];
    small.contains(&c) || matches!(c, '\u{1d00}'..='\u{1d25}' | '\u{a730}' | '\u{a731}' | '\u{1f130}'..='\u{1f189}')
}

/// The place of a wide or otherwise fancy letter, in a name that is all plain but for such letters. Among the signs of
/// Japanese wide letters are at home.
fn wide_letter(name: &str) -> Option<usize> {
    if !name.nfkc().all(|c| c.is_ascii()) {
        return None;
    }
    let is_letter = |c: char| {
        matches!(c.general_category(), GeneralCategory::UppercaseLetter | GeneralCategory::LowercaseLetter)
            || matches!(c, '\u{ff01}'..='\u{ff5e}')
    };
    name.char_indices().find(|(_, c)| !c.is_ascii() && is_letter(*c)).map(|(at, _)| at)
}

/// The words of a name, each with where it begins. Marks above a letter belong to its word.
fn words(name: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_part = |c: char| c.is_alphanumeric() || c.general_category_group() == GeneralCategoryGroup::Mark;
    name.split(move |c: char| !is_part(c)).map(|word| (word.as_ptr() as usize - name.as_ptr() as usize, word))
}

/// What in a user name imitates something else, as a fragment; `None` for an honest one.
#[must_use]
pub fn spoofed_user_name(name: &str) -> Option<String> {
    spoofing(name).or_else(|| {
        let (_, domain) = name.rsplit_once('@')?;
        let top = domain.rsplit('.').next().unwrap_or_default();
        // Below a top that is written in another script, names of that script are at home.
        if !top.is_ascii() || is_punycode(top) {
            return None;
        }
        domain.split('.').find_map(spoofing_label)
    })
}

/// What a label of a domain imitates.
fn spoofing_label(label: &str) -> Option<String> {
    let shown = if is_punycode(label) { idna::domain_to_unicode(label).0 } else { label.to_owned() };
    if shown.is_ascii() {
        return None;
    }
    let plain = visual_skeleton(&shown);
    let is_spoofing = spoofing(&shown).is_some() || plain.is_ascii();
    let visible = crate::diagnostic::visible::quoted(&shown);
    match is_punycode(label) {
        _ if !is_spoofing => None,
        true if plain.is_ascii() => Some(format!("`{label}` stands for {visible}, which looks like `{plain}`")),
        true => Some(format!("`{label}` stands for {visible}, in which {}", spoofing(&shown).unwrap_or_default())),
        false => Some(format!("{visible} in its domain looks like `{plain}`")),
    }
}

fn is_punycode(label: &str) -> bool {
    label.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("xn--"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spoofing_is_described() {
        for (name, said) in [
            ("P\u{430}yroll", "character 2 is Cyrillic small letter A (U+0430)"),
            ("Night Sh\u{456}ft", "character 9 is Cyrillic small letter byelorussian-ukrainian I (U+0456)"),
            ("\u{391}PI Admins", "the first letter is Greek capital letter Alpha (U+0391)"),
            ("\u{c9}quip\u{435}", "character 6 is Cyrillic small letter Ie (U+0435)"),
            ("\u{1f170}dmin", "(U+1F170)"),
            ("Bill\u{26a}ng", "character 5 is Latin letter small capital I (U+026A)"),
            ("\u{ff21}dmins", "the first letter is Fullwidth latin capital letter A (U+FF21)"),
            ("\u{1d400}dmins", "the first letter is mathematical bold capital a (U+1D400)"),
            ("Bill\u{200b}ing", "character 5 is zero width space (U+200B), which is invisible"),
            ("Bill\u{a0}ing", "no-break space (U+00A0)"),
            ("Billing\u{200d}", "zero width joiner"),
            ("Bil\u{202e}ling", "right-to-left override"),
            ("Bil\u{fe0f}ling", "variation selector-16"),
        ] {
            let told = spoofing(name).unwrap_or_default();
            assert!(told.contains(said), "{name}: {told}");
        }
    }

    #[test]
    fn honest_names_pose_as_nothing() {
        for name in [
            "Administrator",
            "\u{410}\u{434}\u{43c}\u{438}\u{43d}\u{438}\u{441}\u{442}\u{440}\u{430}\u{442}\u{43e}\u{440}",
            "\u{420}\u{43e}\u{441}\u{430}",
            "\u{394}\u{3b9}\u{3b1}\u{3c7}\u{3b5}\u{3b9}\u{3c1}\u{3b9}\u{3c3}\u{3c4}\u{3ae}\u{3c2} A",
            "\u{c9}quipe de Qu\u{e9}bec",
            "Andre\u{301} Nunez",
            "B\u{fc}ro K\u{f6}ln",
            "\u{55b6}\u{696d}\u{ff21}\u{ff30}\u{ff29}",
            "\u{55b6}\u{696d}\u{3000}\u{4e00}\u{8ab2}",
            "\u{55b6}\u{696d}API",
            "\u{627}\u{62f}\u{627}\u{631}\u{647}\u{200c}\u{647}\u{627}",
            "\u{5de}\u{5e0}\u{5d4}\u{5dc}\u{200f} A",
            "Ops \u{2013} Billing",
            "O\u{2019}Neil",
            "1\u{ba} Piso",
            "R&D\u{2122}",
            "Team \u{2b50}\u{fe0f}",
            "\u{1f469}\u{200d}\u{1f4bb} Dev",
            "Ω-Team",
            "Đorđe Łukasz Ŋala",
            "Straße ı",
            "IT\u{43e}\u{442}\u{434}\u{435}\u{43b}",
            "\u{e000}",
        ] {
            assert_eq!(spoofing(name), None, "{name}");
        }
    }

    #[test]
    fn user_names_pose_in_their_domains_too() {
        for (name, said) in [
            ("d\u{430}na@acme.example", "character 2 is Cyrillic small letter A"),
            ("api@xn--80ak6aa92e.example", "which looks like `apple`"),
            ("api@xn--pple-43d.example", "which looks like `apple`"),
            ("api@XN--pple-43d.example", "which looks like `apple`"),
            ("api@\u{430}\u{440}\u{440}\u{4cf}\u{435}.example", "looks like `apple`"),
            ("\u{ff41}pi@acme.example", "Fullwidth latin small letter A"),
        ] {
            let told = spoofed_user_name(name).unwrap_or_default();
            assert!(told.contains(said), "{name}: {told}");
        }
        for name in [
            "api.payroll@acme.example",
            "zo\u{eb}@acme.example",
            "api@xn--bcher-kva.example",
            "api@b\u{fc}cher.example",
            "\u{440}\u{43e}\u{441}\u{430}@acme.example",
            "\u{438}\u{432}\u{430}\u{43d}@\u{43f}\u{43e}\u{447}\u{442}\u{430}.\u{440}\u{444}",
            "\u{7528}\u{6237}@\u{4f8b}\u{3048}.example",
            "api@xn--.example",
            "api@xn--zzzzzzz-.example",
            "svc",
        ] {
            assert_eq!(spoofed_user_name(name), None, "{name}");
        }
    }
}
