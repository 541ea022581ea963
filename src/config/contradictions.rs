//! What is wrong with a config beyond its schema: one thing declared with two meanings, and patterns that cannot be used.
//!
//! Every fault is reported in one run.

use super::Config;
use super::file::ColumnEntry;
use crate::diagnostic::usage::UsageError;
use crate::diagnostic::visible::quoted;
use crate::read::columns::fold as fold_header;
use crate::record::activity::built_in_activity;
use crate::record::meaning::{Uncertainty, uncertainty_of_text};
use crate::record::name::fold as fold_name;
use crate::record::password_reference::PasswordReferences;
use crate::record::values::fold as fold_word;
use crate::source::{Span, Spanned};
use crate::syntax::tree::Node;

impl Config {
    /// Everything that is wrong with a config whose keys and values have the right form.
    pub(super) fn contradictions(&self) -> Vec<UsageError> {
        let mut errors = self.shared_headers();
        errors.extend(self.words_of_two_meanings());
        errors.extend(self.bad_references());
        errors.extend(self.bad_patterns());
        errors.extend(self.roles_that_are_one());
        errors
    }

    /// Headers that are mapped to two fields, or mapped and ignored.
    fn shared_headers(&self) -> Vec<UsageError> {
        let mut seen: Vec<(String, &Spanned<String>)> = Vec::new();
        let mut errors = Vec::new();
        for (key, entry) in &self.file.columns.0 {
            let headers = match entry {
                ColumnEntry::Header(header) => std::slice::from_ref(header),
                ColumnEntry::Ignored(headers) => headers,
            };
            for header in headers {
                let folded = fold_header(header);
                match seen.iter().find(|(other, first)| *other == folded && first.span != key.span) {
                    Some((_, first)) => {
                        let message =
                            format!("`{}` and `{}` both name the header {}", first.value, key.value, quoted(header));
                        let error = UsageError::new(message).with_remedy("Give each field a header of its own.");
                        errors.push(self.at(self.at(error, key.span, "and here"), first.span, "named here"));
                    }
                    None => seen.push((folded, key)),
                }
            }
        }
        errors
    }

    /// Pairs of `apart` that name one role twice.
    fn roles_that_are_one(&self) -> Vec<UsageError> {
        let root = self.root.map(|root| self.tree.node(root, &self.text, 0));
        let pairs = root.and_then(|root| root.get("review")?.get("apart"));
        let refused = |pair: Node<'_>| {
            let roles: Vec<&str> = pair.children().filter_map(Node::as_str).collect();
            let [one, other] = roles[..] else { return None };
            let message = format!("the pair of roles names {} twice", quoted(one));
            let error = UsageError::new(message).with_remedy("Name two roles.");
            (fold_name(one) == fold_name(other)).then(|| self.at(error, pair.span(), "one role"))
        };
        pairs.into_iter().flat_map(Node::children).filter_map(refused).collect()
    }

    /// Words of `[values]` that two lists hold, or that have another meaning without the config.
    fn words_of_two_meanings(&self) -> Vec<UsageError> {
        let values = &self.file.values;
        let lists = [("active", &values.active), ("inactive", &values.inactive), ("blank", &values.blank)];
        let mut seen: Vec<(String, &str, Span)> = Vec::new();
        let mut errors = Vec::new();
        for (list, word) in lists.into_iter().flat_map(|(list, words)| words.iter().map(move |word| (list, word))) {
            let folded = fold_word(&word.value);
            let built_in = match (built_in_activity(&folded), uncertainty_of_text(word.value.trim_ascii())) {
                (Some(true), _) if list != "active" => Some("yes"),
                (Some(false), _) if list != "inactive" => Some("no"),
                (_, Some(Uncertainty::Placeholder)) if list != "blank" => Some("nothing"),
                (_, Some(Uncertainty::LostValue)) => Some("that a value was lost"),
                _ => None,
            };
            if let Some(meaning) = built_in {
                let message = format!("{} is declared as `{list}`, but means {meaning}", quoted(&word.value));
                let error = UsageError::new(message).with_remedy("Remove the word from the list.");
                errors.push(self.at(error, word.span, "declared here"));
            }
            match seen.iter().find(|(other, first, _)| *other == folded && *first != list) {
                Some((_, first, span)) => {
                    let message = format!("{} is declared as `{first}` and as `{list}`", quoted(&word.value));
                    let error = UsageError::new(message).with_remedy("Keep the word in one of the lists.");
                    errors.push(self.at(self.at(error, word.span, "and here"), *span, "declared here"));
                }
                None => seen.push((folded, list, word.span)),
            }
        }
        errors
    }

    /// Patterns of API users that are not regular expressions.
    fn bad_patterns(&self) -> Vec<UsageError> {
        let patterns = self.file.api_users.patterns.iter().map(|table| &table.regex);
        let is_bad = |pattern: &&Spanned<String>| regex::Regex::new(&pattern.value).is_err();
        let error = |pattern: &Spanned<String>| {
            let error = UsageError::new("a pattern of API users is not a regular expression").with_remedy(
                "Use the syntax of the Rust `regex` crate, which has no look-around and no back-references.",
            );
            self.at(error, pattern.span, "not a regular expression")
        };
        patterns.filter(is_bad).map(error).collect()
    }

    fn bad_references(&self) -> Vec<UsageError> {
        let check = |pattern: &Spanned<String>| {
            let reason = PasswordReferences::default().add(&pattern.value).err()?;
            let error = UsageError::new(format!("a pattern of references to secrets cannot be used: {reason}"))
                .with_remedy(
                    "Begin it with the text that all of them share, as in `references = [\"^ref\\\\+vault://\"]`.",
                );
            Some(self.at(error, pattern.span, "this pattern"))
        };
        self.file.passwords.references.iter().filter_map(check).collect()
    }

    /// Words of `[values]` that are also names, which are compared without regard to case.
    pub(super) fn words_that_are_names<'n>(&self, names: impl Iterator<Item = &'n String>) -> Result<(), UsageError> {
        let names: hashbrown::HashSet<String> = names.map(|name| fold_word(name)).collect();
        let values = &self.file.values;
        let words = values.active.iter().chain(&values.inactive).chain(&values.blank);
        let words: Vec<_> = words.filter(|word| names.contains(&fold_word(&word.value))).collect();
        let message = match words.as_slice() {
            [] => return Ok(()),
            [word] => format!("the word {} of `[values]` is also a name", quoted(&word.value)),
            several => {
                let several: Vec<_> = several.iter().map(|word| quoted(&word.value).to_string()).collect();
                format!("words of `[values]` are also names: {}", several.join(", "))
            }
        };
        let error = UsageError::new(message)
            .with_remedy("Remove the word from `[values]`, or correct the name where it is declared.");
        Err(words.iter().fold(error, |error, word| self.at(error, word.span, "declared here")))
    }
}
