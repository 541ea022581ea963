//! What is said about YAML that the parser refuses: our words for its kinds of error.
//!
//! The parser's own texts are never shown, nor the character it stumbled on: either may be part of a secret.

use granit_parser::ErrorKind as Kind;

/// What is wrong, what to write under the place (where that is not the culprit itself), and what to do.
pub(super) struct GrammarMessage {
    pub message: &'static str,
    pub label: &'static str,
    pub remedy: Option<&'static str>,
}

const IN_STRING: &str = "in the string that begins here";

/// The words for a kind of error.
pub(super) fn grammar_message(kind: &Kind) -> GrammarMessage {
    let (message, label, remedy) =
        in_quotes(kind).or_else(|| in_layout(kind)).or_else(|| in_brackets(kind)).unwrap_or_else(|| elsewhere(kind));
    GrammarMessage { message, label, remedy: (!remedy.is_empty()).then_some(remedy) }
}

type MessageParts = (&'static str, &'static str, &'static str);

fn in_quotes(kind: &Kind) -> Option<MessageParts> {
    Some(match kind {
        Kind::UnclosedQuotedScalar => ("a quoted string is never closed", "opened here", "Close the quote."),
        Kind::UnknownQuotedScalarEscape => (
            "a quoted string has an escape that YAML does not know",
            IN_STRING,
            "Double the backslash, or use single quotes.",
        ),
        Kind::InvalidQuotedScalarHexEscape | Kind::InvalidLowSurrogateHexEscape => {
            ("an escape lacks hexadecimal digits", IN_STRING, "")
        }
        Kind::InvalidLowSurrogate
        | Kind::MissingLowSurrogate
        | Kind::UnpairedLowSurrogate
        | Kind::InvalidUnicodeEscape => ("an escape is not a character", IN_STRING, ""),
        Kind::DocumentIndicatorInQuotedScalar => {
            ("a line of a quoted string looks like the start or end of a document", "", "Close the quote.")
        }
        Kind::InvalidQuotedScalarIndent => {
            ("a line of a quoted string is not indented", "", "Indent it deeper than its key, or close the quote.")
        }
        Kind::InvalidTrailingSingleQuotedScalar | Kind::InvalidTrailingDoubleQuotedScalar => {
            ("something follows a quoted string", "", "Quote the whole value or none of it.")
        }
        _ => return None,
    })
}

fn in_layout(kind: &Kind) -> Option<MessageParts> {
    const SPACES: &str = "Indent with spaces.";
    Some(match kind {
        Kind::TabNotAllowed | Kind::TabInBlockIndentation | Kind::TabInIndentation => {
            ("the indentation contains a tab", "", SPACES)
        }
        Kind::TabInPlainScalar => ("a tab indents a line of this string", "in the string that begins here", SPACES),
        Kind::TabAtBlockScalarStart => ("a block string is indented with a tab", "", SPACES),
        Kind::InvalidIndentation | Kind::InvalidFlowScalarIndent => (
            "a line inside brackets must be indented deeper than their key",
            "",
            "Indent the line, a closing bracket too.",
        ),
        Kind::InvalidBlockScalarIndent => ("a line of a block string is indented wrongly", "", ""),
        Kind::ZeroBlockScalarIndent | Kind::InvalidBlockScalarHeader => {
            ("expected the end of the line after `|` or `>`", "", "")
        }
        Kind::ExpectedBlockMappingKey => {
            ("expected a key", "", "Indent the line like the other keys of its mapping, or quote the value before it.")
        }
        Kind::ExpectedBlockSequenceEntry => {
            ("expected `-` for the next item of the list", "", "Indent the line like the other items.")
        }
        Kind::BlockSequenceEntryNotAllowed | Kind::InvalidBlockEntryWhitespace => {
            ("a list item is not allowed here", "", "Put the list on the lines after its key.")
        }
        Kind::MappingKeyNotAllowed => ("a key is not allowed here", "", ""),
        Kind::SimpleKeyExpected => ("expected `:` after this key", "", ""),
        Kind::InvalidSimpleKey => ("a key spans several lines or is too long", "", ""),
        Kind::MappingValueNotAllowed | Kind::InvalidColonPlacement => (
            "a second `:` in one value, or a key whose indentation matches no other",
            "",
            "Put the value in quotes, or indent the key like the others in its mapping.",
        ),
        Kind::InvalidMappingValueWhitespace => ("expected a space after `:`", "", ""),
        Kind::CommentInterceptedScalar => ("a comment interrupts a multi-line string", "", ""),
        Kind::CommentNotSeparated => ("expected a space before `#`", "", ""),
        Kind::ExpectedWhitespace => ("expected a space", "", ""),
        _ => return None,
    })
}

fn in_brackets(kind: &Kind) -> Option<MessageParts> {
    Some(match kind {
        Kind::UnclosedFlowCollection { .. }
        | Kind::UnexpectedEofFlowSequence
        | Kind::UnexpectedEofFlowMapping
        | Kind::UnexpectedEofImplicitFlowMapping => ("a bracket is never closed", "", "Close the bracket."),
        Kind::MismatchedFlowCollectionEnd { .. } => ("a bracket is closed by a different kind of bracket", "", ""),
        Kind::MisplacedFlowCollectionEnd => {
            ("a closing bracket has no opening bracket", "", "Put the value in quotes.")
        }
        Kind::ExpectedFlowMappingSeparator => ("expected `,` or `}`", "", "Put the value before it in quotes."),
        Kind::ExpectedFlowSequenceSeparator => ("expected `,` or `]`", "", "Put the value before it in quotes."),
        Kind::BlockEntryInFlowCollection | Kind::PlainScalarStartsWithDashFlowIndicator => {
            ("`-` does not begin a list item inside brackets", "", "Separate the items with `,`.")
        }
        Kind::FlowMappingValueAdjacentCollection => ("expected a space after `:`", "", ""),
        _ => return None,
    })
}

fn elsewhere(kind: &Kind) -> MessageParts {
    match kind {
        Kind::UnexpectedCharacter { .. } => ("a value cannot begin like this", "", "Put the value in quotes."),
        Kind::ExpectedNodeContent => ("expected a value", "", ""),
        Kind::BomInsideDocument => ("the document contains a byte order mark", "", "Remove it."),
        Kind::MissingAnchorOrAliasName => {
            ("expected a name after `&` or `*`", "", "Put the value in quotes if it is text.")
        }
        Kind::UnknownAnchor => ("no earlier anchor has this name", "", ""),
        Kind::ExpectedDocumentStart | Kind::InvalidDocumentEnd | Kind::MissingDocumentEndBeforeDirective => {
            ("something follows the end of the document", "", "")
        }
        Kind::UnexpectedEof | Kind::UnexpectedEofBlockMapping | Kind::UnexpectedEofBlockSequence => {
            ("the text ends too early", "", "")
        }
        Kind::DirectiveDisallowed => ("the document has a directive", "", "Remove the line."),
        Kind::ExpectedTagBang
        | Kind::ExpectedTagDirectiveBang
        | Kind::InvalidGlobalTagCharacter
        | Kind::UndeclaredTagHandle
        | Kind::InvalidTagTerminator
        | Kind::MissingTagUri
        | Kind::UnclosedVerbatimTag
        | Kind::InvalidTagEscape
        | Kind::InvalidTagUtf8LeadingByte
        | Kind::InvalidTagUtf8TrailingByte
        | Kind::InvalidTagUtf8 => ("a tag is malformed", "", "Put the value in quotes."),
        _ => ("the text is not valid YAML here", "", ""),
    }
}
