//! The comments and the string literals of Rust code, told apart.

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Comment,
    Literal,
}

/// A comment or a string literal, and the line on which it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    pub kind: Kind,
    pub line: usize,
    pub text: String,
}

/// The tokens of a source, in their order.
pub fn tokens(source: &str) -> Vec<Token> {
    let (mut tokens, mut rest, mut line) = (Vec::new(), source, 1);
    while let Some(first) = rest.chars().next() {
        let (length, token) = token(rest, source.len() - rest.len() == 0 || !is_within_word(source, rest));
        tokens.extend(token.map(|(kind, text)| Token { kind, line, text }));
        let length = length.max(first.len_utf8());
        line += rest[..length].matches('\n').count();
        rest = &rest[length..];
    }
    tokens
}

/// Whether the last letter before `rest` belongs to a word, so that an `r` or `b` begins no literal.
fn is_within_word(source: &str, rest: &str) -> bool {
    source[..source.len() - rest.len()].ends_with(|c: char| c.is_alphanumeric() || c == '_')
}

/// How long the token at the beginning of `rest` is, and what of it is kept; nothing if it is neither kind.
fn token(rest: &str, is_start: bool) -> (usize, Option<(Kind, String)>) {
    if rest.starts_with("//") {
        let end = rest.find('\n').unwrap_or(rest.len());
        let text = rest[..end].trim_start_matches(['/', '!']).trim();
        return (end, Some((Kind::Comment, text.to_owned())));
    }
    if rest.starts_with('\'') {
        return (character(rest), None);
    }
    let prefix = rest.find(|c: char| !matches!(c, 'r' | 'b' | 'c')).unwrap_or(0);
    let hashes = rest[prefix..].find(|c| c != '#').unwrap_or(0);
    let is_raw = rest[..prefix].contains('r');
    let is_literal = rest[prefix + hashes..].starts_with('"') && (hashes == 0 || is_raw) && (prefix == 0 || is_start);
    if !is_literal {
        return (0, None);
    }
    let from = prefix + hashes + 1;
    let inside = if is_raw { raw(&rest[from..], hashes) } else { escaped(&rest[from..]) };
    let text = rest[from..from + inside].replace("\\n", " ").replace("\\\n", " ").replace("\\\"", "\"");
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    ((from + inside + 1 + hashes).min(rest.len()), Some((Kind::Literal, text)))
}

/// The length of a character literal, or of the tick of a lifetime.
fn character(rest: &str) -> usize {
    if let Some(rest) = rest.strip_prefix("'\\") {
        return rest.char_indices().skip(1).find(|(_, c)| *c == '\'').map_or(1, |(at, _)| at + 3);
    }
    let mut letters = rest[1..].char_indices().skip(1);
    match letters.next() {
        Some((at, '\'')) => at + 2,
        _ => 1,
    }
}

fn raw(inside: &str, hashes: usize) -> usize {
    inside.find(&format!("\"{}", "#".repeat(hashes))).unwrap_or(inside.len())
}

fn escaped(inside: &str) -> usize {
    let mut is_escaped = false;
    for (at, c) in inside.char_indices() {
        match c {
            '"' if !is_escaped => return at,
            _ => is_escaped = c == '\\' && !is_escaped,
        }
    }
    inside.len()
}

#[test]
fn comments_and_literals_are_told_apart() {
    let source = "/// a \"doc\"\nlet x = 'a'; let y = '\\''; f('\"', \"one // two\"); // last\nfn r<'a>() { r#\"raw \"x\"\"# }\nb\"bytes\\\"s\" str\"x\"";
    let found: Vec<_> = tokens(source).into_iter().map(|one| (one.kind, one.line, one.text)).collect();
    let is = |kind, line, text: &str| (kind, line, text.to_owned());
    assert_eq!(
        found,
        [
            is(Kind::Comment, 1, "a \"doc\""),
            is(Kind::Literal, 2, "one // two"),
            is(Kind::Comment, 2, "last"),
            is(Kind::Literal, 3, "raw \"x\""),
            is(Kind::Literal, 4, "bytes\"s"),
            is(Kind::Literal, 4, "x"),
        ]
    );
}
