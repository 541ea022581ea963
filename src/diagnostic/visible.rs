//! Text from outside made safe to show: characters that control a terminal, reverse text or show nothing are written as
//! code points.
//!
//! This is the only escaper for text that people read; each machine format escapes in its own way.

use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

/// True for a character that cannot be seen for what it is: controls, format and bidi characters, odd spaces,
/// and what Unicode says may be left undrawn.
pub fn is_hidden(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_control();
    }
    let category = c.general_category();
    matches!(
        category,
        GeneralCategory::Control
            | GeneralCategory::Format
            | GeneralCategory::LineSeparator
            | GeneralCategory::ParagraphSeparator
            | GeneralCategory::SpaceSeparator
            | GeneralCategory::PrivateUse
            | GeneralCategory::Unassigned
    ) || is_default_ignorable(c)
}

/// True if nothing of `text` can be seen: spaces, what is left undrawn, the braille pattern without dots.
#[must_use]
pub fn is_blank(text: &str) -> bool {
    // Nearly every text begins with a letter.
    !text.as_bytes().first().is_some_and(u8::is_ascii_graphic) && is_all_blank(text)
}

fn is_all_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || c == '\u{2800}' || is_hidden(c))
}

/// Characters of other categories that fonts leave undrawn (Unicode's `Default_Ignorable_Code_Point`).
fn is_default_ignorable(c: char) -> bool {
    matches!(c,
        '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}')
}

/// Makes a following `[` a command to programs that read build logs.
const COMMANDS: [&str; 3] = ["##", "##vso", "##teamcity"];

/// True if `c` after `out` would be a command to a program that reads logs.
fn completes_command(out: &str, c: char) -> bool {
    match c {
        '[' => COMMANDS.iter().any(|command| out.ends_with(command)),
        ':' => out.trim_start() == ":",
        _ => false,
    }
}

/// True for a byte that is shown as it is, whatever precedes it.
pub const fn is_always_shown(byte: u8) -> bool {
    matches!(byte, b' '..=b'~') && !matches!(byte, b'[' | b':')
}

/// Appends `c`, escaped if it must not be shown as it is.
pub fn push(out: &mut String, c: char) {
    if is_hidden(c) || completes_command(out, c) {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ => out.extend(c.escape_unicode()),
        }
    } else {
        out.push(c);
    }
}

/// True if a quick look shows that [`whole`] changes nothing of `text`, and that each of its bytes is a column.
pub fn is_shown_as_is(text: &str) -> bool {
    // A colon makes a command only at the beginning, or after another one.
    let mut last = b' ';
    text.bytes().all(|byte| {
        let is_shown = is_always_shown(byte) || (byte == b':' && last != b' ' && last != b':');
        last = byte;
        is_shown
    })
}

/// All of `text`, escaped.
pub fn whole(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    push_all(&mut out, text);
    out
}

/// Appends `text`, escaped. Runs of bytes that are always shown are copied at once.
fn push_all(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| !is_always_shown(byte)) {
        // What was passed over is ASCII: a character begins here.
        let (plain, odd) = rest.split_at(at);
        out.push_str(plain);
        let mut chars = odd.chars();
        if let Some(c) = chars.next() {
            push(out, c);
        }
        rest = chars.as_str();
    }
    out.push_str(rest);
}

/// The most characters of an input that a message quotes.
const MAX_CHARACTERS: usize = 80;

/// `text` for a message: escaped and cut to `MAX_CHARACTERS`.
pub fn visible(text: &str) -> String {
    // There are no more characters than bytes.
    let end = if text.len() > MAX_CHARACTERS { text.char_indices().nth(MAX_CHARACTERS) } else { None };
    let mut out = whole(end.map_or(text, |(end, _)| &text[..end]));
    if end.is_some() {
        out.push('…');
    }
    out
}

/// `text` for a message, in backticks.
pub fn quoted(text: &str) -> String {
    format!("`{}`", visible(text))
}

/// `text` as one word of a command line, in quotes if a shell needs them.
#[must_use]
pub fn shell_word(text: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_./\\+,@%".contains(c);
    match text {
        plain if !plain.is_empty() && plain.chars().all(is_plain) => plain.to_owned(),
        other => format!("'{}'", visible(other).replace('\'', "'\\''")),
    }
}

/// `text` as a string of TOML, ready to be pasted into the config.
pub fn toml_string(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            _ if is_hidden(c) => out.push_str(&format!("\\U{:08X}", u32::from(c))),
            _ => out.push(c),
        }
    }
    out + "\""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_scalar_value_comes_out_hidden() {
        let mut out = String::new();
        for c in '\0'..=char::MAX {
            out.clear();
            push(&mut out, c);
            assert!(!out.is_empty() && !out.chars().any(is_hidden), "{:x}", u32::from(c));
        }
    }

    #[test]
    fn what_can_be_seen_stays() {
        assert_eq!(visible("Zoë O'Neil 😀"), "Zoë O'Neil 😀");
        assert_eq!(visible("a\u{1b}[2Jb\u{202e}\n"), "a\\u{1b}[2Jb\\u{202e}\\n");
        assert_eq!(visible("a\u{200b}b\u{a0}"), "a\\u{200b}b\\u{a0}");
    }

    #[test]
    fn a_string_of_toml_reads_back() {
        for text in ["Oui", "a\"b\\c", "tab\tbidi\u{202e}", "é😀"] {
            let line = format!("x = {}", toml_string(text));
            let table = toml::de::DeTable::parse(&line).expect("TOML");
            assert_eq!(table.get_ref()["x"].get_ref().as_str(), Some(text));
            assert!(!line.chars().any(is_hidden));
        }
    }

    #[test]
    fn an_endless_text_is_cut() {
        assert_eq!(visible(&"x".repeat(1000)).chars().count(), MAX_CHARACTERS + 1);
    }

    #[test]
    fn what_is_shown_as_it_is_is_not_escaped() {
        for text in [
            "",
            "team: was `Billing`",
            "OLD people.csv:27:76",
            "a :: b",
            "::error::x",
            " :",
            "a:",
            "[x]",
            "##[x]",
            "\u{202e}",
        ] {
            assert!(!is_shown_as_is(text) || whole(text) == text, "{text}");
        }
        assert!(is_shown_as_is("OLD people.csv:27:76: a team") && !is_shown_as_is("a :: b"));
    }

    #[test]
    fn what_is_always_shown_is_shown_anywhere() {
        for byte in (0..=u8::MAX).filter(|byte| is_always_shown(*byte)) {
            for before in ["", "##", "##vso", ":", " :", "a"] {
                let mut out = before.to_owned();
                push(&mut out, char::from(byte));
                assert_eq!(out, format!("{before}{}", char::from(byte)));
            }
        }
    }

    #[test]
    fn no_text_is_a_command_to_who_reads_the_log() {
        for command in ["::error::x", "  ::set-output name=a::b", "a ##[error]x", "##vso[task]x", "##teamcity[x]"] {
            let shown = whole(command);
            assert!(!shown.trim_start().starts_with("::"), "{shown}");
            assert!(COMMANDS.iter().all(|start| !shown.contains(&format!("{start}["))), "{shown}");
        }
        assert_eq!(whole("a::b [c] # d"), "a::b [c] # d");
    }
}
