//! What is said about TOML that the parser refuses: our words for its errors.
//!
//! The parser's errors differ by their text alone. That text is compared here and never shown: other
//! errors of the same crate quote the source, and a later version may quote it in these.

/// What an error of the parser means for us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TomlError {
    /// A key or table that was defined before.
    Duplicate,
    /// Nesting beyond the parser's own limit.
    TooDeep,
    /// Anything else: what is wrong and, where it is plain, what to do.
    Grammar(&'static str, &'static str),
}

/// The beginning of the parser's text, what it means at a place that holds text, and at an empty place.
const MESSAGES: &[(&str, TomlError, Option<TomlError>)] = &[
    ("duplicate key", TomlError::Duplicate, None),
    ("cannot extend value of type", TomlError::Duplicate, None),
    ("recursion limit", TomlError::TooDeep, None),
    ("cannot recurse further", TomlError::TooDeep, None),
    (
        "string values must be quoted",
        TomlError::Grammar("expected a value; strings need quotes", "Put strings in quotes."),
        Some(TomlError::Grammar("expected a value", "Write a value after `=`.")),
    ),
    ("invalid boolean", TomlError::Grammar("expected `true` or `false`", "Write them in small letters."), None),
    ("invalid literal string", CHARACTER, Some(UNCLOSED)),
    ("invalid basic string", CHARACTER, Some(UNCLOSED)),
    ("invalid multi-line", CHARACTER, Some(UNCLOSED)),
    ("missing escaped value", ESCAPE, None),
    ("too few unicode value digits", ESCAPE, None),
    ("invalid value", ESCAPE, None),
    ("key with no value", TomlError::Grammar("expected `=` after a key", ""), None),
    ("missing value", TomlError::Grammar("expected a value", "Write a value after `=`."), None),
    ("unquoted keys cannot be empty", TomlError::Grammar("expected a key", "Write the key."), None),
    (
        "invalid unquoted key",
        TomlError::Grammar("a key has a character that needs quotes", "Put the key in quotes."),
        None,
    ),
    ("keys cannot be multi-line", TomlError::Grammar("a key has triple quotes", "Use one quote at each end."), None),
    ("missing key", TomlError::Grammar("expected a key", "Write the key."), None),
    ("unclosed table", HEADER, None),
    ("unclosed array table", HEADER, None),
    ("unclosed array", TomlError::Grammar("an array is never closed", "Close it with `]`."), None),
    ("unclosed inline table", TomlError::Grammar("an inline table is never closed", "Close it with `}`."), None),
    ("missing comma", TomlError::Grammar("expected `,`", ""), None),
    ("extra comma", TomlError::Grammar("one comma too many", "Remove it."), None),
    ("extra `=`", TomlError::Grammar("one `=` too many", "Put strings in quotes."), None),
    ("extra assignment", TomlError::Grammar("one `=` too many", "Put strings in quotes."), None),
    (
        "unexpected `=` in array",
        TomlError::Grammar("an array contains `=`", "Use an inline table: `{ key = value }`."),
        None,
    ),
    ("unexpected leading zero", TomlError::Grammar("a number has a leading zero", ""), None),
    ("`_` may only go between digits", TomlError::Grammar("a `_` in a number is not between digits", ""), None),
    ("integers with a radix", TomlError::Grammar("a hexadecimal, octal or binary number has a sign", ""), None),
    ("radix must be lowercase", TomlError::Grammar("expected `0x`, `0o` or `0b` in small letters", ""), None),
    ("redundant", TomlError::Grammar("a number has two prefixes", ""), None),
    ("unexpected sign", TomlError::Grammar("a sign is not allowed here", ""), None),
    ("carriage return must be", TomlError::Grammar("a carriage return has no line feed", ""), None),
    ("invalid comment character", TomlError::Grammar("a comment contains a control character", "Remove it."), None),
    ("unexpected key or value", END_OF_LINE, None),
    ("unexpected content", END_OF_LINE, None),
    ("invalid date", DATE, None),
    ("invalid time", DATE, None),
    ("invalid offset", DATE, None),
];

const CHARACTER: TomlError = TomlError::Grammar("a string contains a control character", "Write it as an escape.");
const UNCLOSED: TomlError = TomlError::Grammar("a string is never closed", "Close the quote.");
const ESCAPE: TomlError =
    TomlError::Grammar("a string has an escape that TOML does not know", "Use single quotes, or double the backslash.");
const HEADER: TomlError = TomlError::Grammar("expected `]` at the end of a table header", "");
const END_OF_LINE: TomlError = TomlError::Grammar("expected the end of the line", "");
const DATE: TomlError =
    TomlError::Grammar("a date or time that does not exist", "Put it in quotes if it is not a date.");

/// Tells what an error means by its text and whether its place holds any.
pub(super) fn classify(text: &str, is_empty_place: bool) -> TomlError {
    let known = MESSAGES.iter().find(|(beginning, ..)| text.starts_with(beginning));
    match known {
        Some((_, _, Some(at_nothing))) if is_empty_place => *at_nothing,
        Some((_, at_text, _)) => *at_text,
        None => TomlError::Grammar("the text is not valid TOML here", ""),
    }
}
