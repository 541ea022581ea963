//! The accounts that the groups of waivers match, noted in the pass that judges them.

use std::collections::BTreeSet;

use crate::config::UserNamePatterns;
use crate::read::RecordBatch;
use crate::record::declared_blanks::DeclaredBlanks;
use crate::record::site::Site;
use crate::record::{Field, Record, name};

/// For each pattern the folded user names that match: all of them, or one more than may, which is enough to know.
#[derive(Clone, Debug, Default)]
pub struct GroupMembers {
    by_pattern: Vec<BTreeSet<String>>,
}

impl GroupMembers {
    /// Notes which accounts of a batch match.
    pub fn take(&mut self, batch: &impl RecordBatch, patterns: &UserNamePatterns, site: &Site) {
        for place in 0..batch.length() {
            let record = DeclaredBlanks::new(batch.record(place), &site.values);
            let Some(user_name) = record.text(Field::UserName) else { continue };
            let user_name = user_name.trim();
            if patterns.is_match(user_name) {
                self.add(user_name, patterns);
            }
        }
    }

    #[cold]
    fn add(&mut self, user_name: &str, patterns: &UserNamePatterns) {
        self.by_pattern.resize_with(patterns.patterns().len(), BTreeSet::new);
        let folded = name::fold(user_name);
        for number in patterns.matches(user_name) {
            self.by_pattern[number].insert(folded.clone());
        }
        self.shorten(patterns);
    }

    /// Adds what another thread saw.
    pub fn merge(&mut self, other: Self) {
        if self.by_pattern.is_empty() {
            self.by_pattern = other.by_pattern;
            return;
        }
        for (mine, theirs) in self.by_pattern.iter_mut().zip(other.by_pattern) {
            mine.extend(theirs);
        }
    }

    /// Keeps the first by name, so that the order in which accounts come changes nothing.
    fn shorten(&mut self, patterns: &UserNamePatterns) {
        for (members, (_, most)) in self.by_pattern.iter_mut().zip(patterns.patterns()) {
            while members.len() as u64 > most.saturating_add(1) {
                members.pop_last();
            }
        }
    }

    /// The members of a pattern, by its number.
    pub fn of(&self, number: usize) -> impl Iterator<Item = &String> {
        self.by_pattern.get(number).into_iter().flatten()
    }
}
