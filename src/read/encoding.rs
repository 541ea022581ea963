//! Encodings of text: given by a byte order mark or an option, never guessed.
//!
//! Readers know UTF-8 alone. Any other text is turned into it as a whole, strictly: the first byte that has no
//! meaning ends it. Spans and lines count in the text that came of it.

use crate::diagnostic::fault::{Fault, FaultKind};
use crate::source::file::Source;

/// The encodings that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without a mark.
    Utf8,
    /// UTF-16, the low byte first.
    Utf16Le,
    /// UTF-16, the high byte first.
    Utf16Be,
    /// Windows code page 1252.
    Windows1252,
    /// ISO 8859-1.
    Latin1,
}

/// The most bytes that are turned into UTF-8: they are held in memory, up to three bytes for one.
pub const MAX_BYTES: u64 = 128 << 20;

impl Encoding {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Utf8, Self::Utf16Le, Self::Utf16Be, Self::Windows1252, Self::Latin1];

    /// The word in options and reports.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf16Le => "utf-16le",
            Self::Utf16Be => "utf-16be",
            Self::Windows1252 => "windows-1252",
            Self::Latin1 => "latin-1",
        }
    }

    /// The encoding that `word` names.
    #[must_use]
    pub fn by_word(word: &str) -> Option<Self> {
        let word = word.to_ascii_lowercase();
        match word.as_str() {
            "utf8" => Some(Self::Utf8),
            "cp1252" => Some(Self::Windows1252),
            "latin1" | "iso-8859-1" => Some(Self::Latin1),
            _ => Self::ALL.into_iter().find(|encoding| encoding.word() == word),
        }
    }

    /// The encoding of a byte order mark.
    fn by_mark(start: &[u8]) -> Option<Self> {
        match start {
            // UTF-32 begins like UTF-16: whoever reads it on refuses it.
            [0xff, 0xfe, 0, 0, ..] => None,
            [0xff, 0xfe, ..] => Some(Self::Utf16Le),
            [0xfe, 0xff, ..] => Some(Self::Utf16Be),
            [0xef, 0xbb, 0xbf, ..] => Some(Self::Utf8),
            _ => None,
        }
    }
}

/// A source as UTF-8 and the encoding it was in, or as it was and why its text is uncertain. A mark decides
/// before `declared`.
pub fn to_utf8(source: Source, declared: Option<Encoding>) -> (Source, Result<Encoding, Fault>) {
    let mut start = [0; 4];
    let read = match source.read_at(0, &mut start) {
        Ok(read) => read,
        Err(error) => return (source, Err(error.into())),
    };
    let marked = Encoding::by_mark(&start[..read]);
    let encoding = marked.or(declared).unwrap_or(Encoding::Utf8);
    if encoding == Encoding::Utf8 {
        return (source, Ok(encoding));
    }
    let decoded = match misnamed(&source, encoding).filter(|_| marked.is_none()) {
        Some(fault) => Err(fault),
        None => decode(&source, encoding),
    };
    match decoded {
        Ok(text) => (source.decoded(text), Ok(encoding)),
        Err(fault) => (source, Err(fault)),
    }
}

/// The encodings that a source without a byte order mark may be in, the likeliest first; empty if it is UTF-8.
///
/// # Errors
/// It cannot be read.
pub fn fitting(source: &Source) -> Result<Vec<Encoding>, Fault> {
    let found = likely(&beginning(source)?);
    Ok(if found.contains(&Encoding::Utf8) { Vec::new() } else { found })
}

/// Beginnings of sources are read in multiples of it.
pub(super) const CUT: usize = 64 * 1024;

/// The bytes of a source that show its encoding.
fn beginning(source: &Source) -> Result<Vec<u8>, Fault> {
    let mut start = vec![0; 16 * CUT];
    let read = source.read_raw_at(0, &mut start)?;
    start.truncate(read);
    Ok(start)
}

/// The encodings that text beginning with `bytes` may be in: UTF-8 alone if they are, else the likeliest first.
pub(super) fn likely(bytes: &[u8]) -> Vec<Encoding> {
    // Bytes that were cut off may end within a character.
    let line_end = bytes.iter().rposition(|byte| *byte == b'\n').unwrap_or(bytes.len()) & !1;
    let bytes = if bytes.len().is_multiple_of(CUT) { &bytes[..line_end] } else { bytes };
    if Encoding::by_mark(bytes).is_some() || (std::str::from_utf8(bytes).is_ok() && !bytes.contains(&0)) {
        return vec![Encoding::Utf8];
    }
    let fits = |encoding: &Encoding| {
        let text = decode_bytes(bytes, *encoding).unwrap_or_default();
        let plain = text.chars().filter(|c| c.is_ascii() && !c.is_ascii_control()).count();
        // Text of tables is mostly plain, and holds no control characters but ends of lines.
        let is_odd = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
        2 * plain > text.chars().count() && !text.contains(is_odd)
    };
    let others = [Encoding::Utf16Le, Encoding::Utf16Be, Encoding::Windows1252, Encoding::Latin1];
    others.into_iter().filter(fits).collect()
}

/// The fault of bytes that are not UTF-8, with the encodings that fit.
#[must_use]
pub fn not_utf8(fitting: &[Encoding]) -> Fault {
    let words: Vec<_> = fitting.iter().map(|encoding| encoding.word()).collect();
    let message = format!("the bytes are not UTF-8; they fit {}", words.join(", "));
    Fault::of_input(FaultKind::EncodingUnsupported, message).with_remedy(remedy(fitting))
}

/// How text in one of these encodings is read.
#[must_use]
pub fn remedy(fitting: &[Encoding]) -> String {
    let options: Vec<_> = fitting.iter().map(|encoding| format!("`--encoding {}`", encoding.word())).collect();
    match options.as_slice() {
        [] => format!("Name the encoding with `--encoding` ({}), or save the file as UTF-8.", words()),
        options => format!("Add {}, or save the file as UTF-8.", options.join(" or ")),
    }
}

/// How a source with bytes that are not UTF-8 is read. One that is in UTF-8 otherwise was damaged.
#[must_use]
pub fn remedy_of_broken(source: &Source) -> String {
    let bytes = beginning(source).unwrap_or_default();
    if bytes.utf8_chunks().any(|chunk| !chunk.valid().is_ascii()) {
        return "The rest is UTF-8: repair the record, or export the file again as UTF-8 alone. If all of it is in another \
            encoding, name that with `--encoding`."
            .to_owned();
    }
    let fitting = likely(&bytes);
    remedy(if fitting.contains(&Encoding::Utf8) { &[] } else { &fitting })
}

fn words() -> String {
    Encoding::ALL.map(Encoding::word).join(", ")
}

/// The fault of a declared encoding that the bytes do not fit, if they fit another one.
fn misnamed(source: &Source, declared: Encoding) -> Option<Fault> {
    let bytes = beginning(source).ok()?;
    let is_same_text = matches!(declared, Encoding::Windows1252 | Encoding::Latin1) && bytes.is_ascii();
    if is_same_text && !bytes.contains(&0) {
        return None;
    }
    let likely = likely(&bytes);
    let first = likely.first().filter(|_| !likely.contains(&declared))?.word();
    let message = format!("the bytes do not fit {}; they fit {first}", declared.word());
    Some(Fault::of_input(FaultKind::EncodingUnsupported, message).with_remedy(format!("Write `--encoding {first}`.")))
}

fn decode(source: &Source, encoding: Encoding) -> Result<String, Fault> {
    if source.length() > MAX_BYTES {
        let message = format!("a text in {} is larger than {} MiB", encoding.word(), MAX_BYTES >> 20);
        return Err(Fault::of_input(FaultKind::TooLarge, message).with_remedy("Save it as UTF-8 and run again."));
    }
    decode_bytes(&source.read_whole()?, encoding)
}

fn decode_bytes(bytes: &[u8], encoding: Encoding) -> Result<String, Fault> {
    match encoding {
        Encoding::Utf8 => match std::str::from_utf8(bytes) {
            Ok(text) => Ok(text.to_owned()),
            Err(error) => Err(no_character(error.valid_up_to())),
        },
        Encoding::Latin1 => Ok(bytes.iter().map(|byte| char::from(*byte)).collect()),
        Encoding::Windows1252 => {
            let decoded =
                bytes.iter().enumerate().map(|(at, byte)| windows_1252(*byte).ok_or_else(|| no_character(at)));
            decoded.collect()
        }
        Encoding::Utf16Le => of_units(bytes, u16::from_le_bytes),
        Encoding::Utf16Be => of_units(bytes, u16::from_be_bytes),
    }
}

/// The character of a byte; `None` if the code page gives it no meaning. Outside of 0x80 to 0x9f it is that of Latin-1.
fn windows_1252(byte: u8) -> Option<char> {
    const FROM_80: [char; 32] = [
        '€', '\0', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\0', 'Ž', '\0', '\0', '‘', '’', '“', '”',
        '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\0', 'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9f => Some(FROM_80[usize::from(byte - 0x80)]).filter(|c| *c != '\0'),
        _ => Some(char::from(byte)),
    }
}

fn of_units(bytes: &[u8], unit: impl Fn([u8; 2]) -> u16) -> Result<String, Fault> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let mut text = String::with_capacity(bytes.len());
    let mut at = 0;
    for decoded in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        let c = decoded.map_err(|_| no_character(at))?;
        at += 2 * c.len_utf16();
        text.push(c);
    }
    if rest.is_empty() { Ok(text) } else { Err(no_character(at)) }
}

fn no_character(at: usize) -> Fault {
    let message = format!("byte {at} of the file, counted from 0, does not begin a character");
    Fault::of_input(FaultKind::EncodingUnsupported, message).with_remedy(remedy(&[]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], declared: Option<Encoding>) -> Result<(String, Encoding), String> {
        let whole = |source: Source| String::from_utf8(source.read_whole().expect("memory")).expect("UTF-8");
        let (source, encoding) = to_utf8(Source::from_bytes(bytes.to_vec()), declared);
        encoding.map(|encoding| (whole(source), encoding)).map_err(|fault| fault.message)
    }

    #[test]
    fn a_mark_or_an_option_tells() {
        let le = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
        let be = |text: &str| text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<_>>();
        let text = "\u{feff}é,😀";
        assert_eq!(read(&le(text), None), Ok((text.to_owned(), Encoding::Utf16Le)));
        assert_eq!(read(&be(text), None), Ok((text.to_owned(), Encoding::Utf16Be)));
        assert_eq!(read(&be("aé"), Some(Encoding::Utf16Be)), Ok(("aé".to_owned(), Encoding::Utf16Be)));
        let quoted = Ok(("\u{20ac}\u{e9}".to_owned(), Encoding::Windows1252));
        assert_eq!(read(b"\x80\xe9", Some(Encoding::Windows1252)), quoted);
        assert_eq!(read(b"\xe9", Some(Encoding::Latin1)), Ok(("é".to_owned(), Encoding::Latin1)));
        assert_eq!(read(b"\xef\xbb\xbfa", Some(Encoding::Latin1)).map(|read| read.1), Ok(Encoding::Utf8));
    }

    #[test]
    fn the_code_page_is_that_of_windows() {
        let points: Vec<u32> = (0x80..=0x9f).map(|byte| windows_1252(byte).map_or(0, u32::from)).collect();
        let published = [
            0x20ac, 0, 0x201a, 0x192, 0x201e, 0x2026, 0x2020, 0x2021, 0x2c6, 0x2030, 0x160, 0x2039, 0x152, 0, 0x17d, 0,
            0, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x2dc, 0x2122, 0x161, 0x203a, 0x153, 0, 0x17e,
            0x178,
        ];
        assert_eq!(points, published);
        assert!((0..=0x7f).chain(0xa0..=0xff).all(|byte| windows_1252(byte) == Some(char::from(byte))));
    }

    #[test]
    fn nothing_is_replaced() {
        let place = |bytes: &[u8], declared| read(bytes, declared).expect_err("it is broken");
        assert!(place(b"\xff\xfea\0\0\xd8b\0", None).contains("byte 4"));
        assert!(place(b"\xff\xfea\0b", None).contains("byte 4"));
        assert!(place(b"ab\x81", Some(Encoding::Windows1252)).contains("byte 2"));
    }
}
