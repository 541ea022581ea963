//! The lines of a plan that may hold a secret: a diff shows whole lines, and none of these.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::read::Format;
use crate::read::mask::VisibleSpans;
use crate::read::secret_keys::SecretKey;
use crate::record::secret::SecretCell;
use crate::source::Span;
use crate::syntax::tree::{Node, Tree};
use crate::syntax::{json, toml, yaml};

/// The numbers of these lines, counted from 0; all if the text cannot be parsed. They hold values that are not known to
/// be harmless, or comments that speak of secrets. References to secrets may be shown.
#[must_use]
pub fn secret_lines(text: &str, format: Option<Format>) -> BTreeSet<usize> {
    const MARK: &str = "\u{feff}";
    let base = if text.starts_with(MARK) { MARK.len() } else { 0 };
    let (body, mut tree) = (&text[base..], Tree::new());
    let is_parsed = match format.map(Format::word) {
        Some("toml") => toml::parse(body, base as u64, &mut tree).is_ok(),
        Some("json") => json::parse_document(body, base as u64, &mut tree).is_ok(),
        _ => yaml::parse(body, base as u64, &mut tree).is_ok(),
    };
    let root = tree.root(body, base as u64).filter(|_| is_parsed);
    let lines = || text.split_inclusive('\n').enumerate();
    let Some(root) = root else { return lines().map(|(number, _)| number).collect() };
    let hidden: Vec<Span> = hidden_spans(root).into_iter().filter(|span| !is_reference(text, *span)).collect();
    let mut start = 0;
    let speaks_of_secret = |line: &str| {
        let comment = line.split_once('#').map(|(_, comment)| comment);
        comment.is_some_and(|comment| SecretKey::of_key(comment).is_some())
    };
    let secret = lines().filter(|(_, line)| {
        let here = (start, start + line.len() as u64);
        start = here.1;
        speaks_of_secret(line) || hidden.iter().any(|span| span.start < here.1 && here.0 < span.end.max(span.start + 1))
    });
    secret.map(|(number, _)| number).collect()
}

/// What is not known to be harmless: of each account by itself, as in reports, and of what is around them.
fn hidden_spans(root: Node<'_>) -> Vec<Span> {
    let users = root.get("users");
    let around = VisibleSpans::of_document(root);
    let is_around = |span: &Span| users.is_none_or(|users| !users.outer().contains(*span));
    let mut hidden: Vec<Span> = around.hidden().filter(is_around).collect();
    for account in users.into_iter().flat_map(Node::children) {
        hidden.extend(VisibleSpans::of_document(account).hidden());
    }
    hidden
}

fn is_reference(text: &str, span: Span) -> bool {
    let at = |byte: u64| usize::try_from(byte).unwrap_or(usize::MAX);
    let written = text.get(at(span.start)..at(span.end)).unwrap_or_default().trim_matches(['"', '\'']);
    matches!(SecretCell::of(written, 0, Cow::Borrowed), SecretCell::Value(secret, _) if secret.is_reference())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str, format: &str) -> Vec<usize> {
        secret_lines(text, Format::by_word(format)).into_iter().collect()
    }

    #[test]
    fn lines_of_secrets_are_known_however_they_are_written() {
        let yaml = "rolecall: 1\nusers:\n  - user_name: a@acme.example\n    password: |\n      hunter2\n      x\n    team: T # the password\n    \
            x-note: any\n  - { user_name: b@acme.example, api_key: 'k', team: T }\n  - { user_name: c@acme.example, password: '${env:C}' }\n    # password: old\n";
        assert_eq!(lines(yaml, "yaml"), [4, 5, 6, 7, 8, 10]);
        let toml = "rolecall = 1\n[[users]]\nteam = \"T\"\npassword = \"\"\"\nhunter2\nx\"\"\"\n";
        assert_eq!(lines(toml, "toml"), [4, 5]);
        let json = "{\"rolecall\": 1, \"users\": [\n{\"team\": \"T\",\n\"password\": \"hunter2\"}]}\n";
        assert_eq!(lines(json, "json"), [2]);
        assert_eq!(lines("a: [\nb\n", "yaml"), [0, 1], "nothing is known of what cannot be read");
        let harmless = "\u{feff}rolecall: 1\nusers:\n  - { user_name: a@acme.example, roles: [Administrator], team: T } # a note\n";
        assert_eq!(lines(harmless, "yaml"), [0_usize; 0]);
    }
}
