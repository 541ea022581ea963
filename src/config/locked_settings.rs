//! The settings by which a config can make runs demand less, as a lock keeps them.

use std::collections::BTreeMap;

use super::Config;
use super::file::{ColumnEntry, Separators};
use crate::source::Spanned;

impl Config {
    /// The settings by their words in a lock; one that is not declared is missing.
    #[must_use]
    pub fn locked_settings(&self) -> BTreeMap<String, Vec<String>> {
        let file = &self.file;
        let texts = |list: &[Spanned<String>]| list.iter().map(|one| one.value.clone()).collect::<Vec<_>>();
        let severity = |(id, word): &(Spanned<String>, String)| format!("{}={word}", id.value);
        let pattern = |one: &super::file::PatternTable| format!("{}={}", one.regex.value, one.max);
        let separators = match &file.lists.separator {
            None => Vec::new(),
            Some(Separators::One(one)) => vec![one.to_string()],
            Some(Separators::Several(several)) => several.iter().map(char::to_string).collect(),
        };
        let columns = file.columns.0.iter().flat_map(|(key, entry)| match entry {
            ColumnEntry::Header(header) => vec![format!("{}={header}", key.value)],
            ColumnEntry::Ignored(headers) => headers.iter().map(|header| format!("{}={header}", key.value)).collect(),
        });
        let lists = [
            ("severities", file.severity.0.iter().map(severity).collect()),
            ("accept-equivalent", file.administrator.accept_equivalent.clone()),
            ("administrator-roles", file.administrator.role_names.clone().unwrap_or_default()),
            ("default-team", file.teams.default.iter().cloned().collect()),
            ("patterns", file.api_users.patterns.iter().map(pattern).collect()),
            ("purpose-words", file.names.purpose_words.clone()),
            ("placeholders", file.names.placeholders.clone()),
            ("wfm-views", file.wfm.views.iter().map(|views| views.value.clone()).collect()),
            ("password-references", texts(&file.passwords.references)),
            ("active", texts(&file.values.active)),
            ("inactive", texts(&file.values.inactive)),
            ("blank", texts(&file.values.blank)),
            ("columns", columns.collect()),
            ("separators", separators),
            ("whole", file.lists.whole.clone()),
        ];
        let lists = lists.into_iter().filter(|(_, list)| !list.is_empty());
        let lists = lists.chain(file.teams.alternates.clone().map(|list| ("alternates", list)));
        let sorted = |(key, mut list): (&str, Vec<String>)| {
            list.sort();
            list.dedup();
            (key.to_owned(), list)
        };
        lists.map(sorted).collect()
    }
}
