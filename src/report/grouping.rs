//! Faults of inputs with one cause, as one entry: whoever reads about three hundred cells of one wrong form wants the
//! cure, how many there are, and where the first ones are. Forms for programs list each.

use std::collections::HashMap;

use super::location_text;
use crate::diagnostic::{Basis, Diagnostic};

/// The most places that an entry names.
const MAX_PLACES: usize = 3;

/// A finding with all that have its kind and its cause.
pub(super) struct FindingGroup<'a> {
    /// The first, with its number in the report, counted from 1.
    pub(super) number: usize,
    pub(super) first: &'a Diagnostic,
    /// The places of all, as far as they are named.
    places: Vec<String>,
    pub(super) count: u64,
}

/// The findings in the order of the report, without accepted ones. Faults of one kind with one cure are one group; each
/// other finding is its own.
pub(super) fn grouped(diagnostics: &[Diagnostic]) -> Vec<FindingGroup<'_>> {
    let mut known: HashMap<(&str, &str), usize> = HashMap::new();
    let mut groups: Vec<FindingGroup<'_>> = Vec::new();
    for (at, diagnostic) in diagnostics.iter().enumerate().filter(|(_, one)| one.is_live()) {
        let cause = (&*diagnostic.rule, &*diagnostic.remedy);
        match known.get(&cause).filter(|_| diagnostic.basis == Basis::Input) {
            Some(number) => groups[*number].add(diagnostic),
            None => {
                known.insert(cause, groups.len());
                let places = location_text(diagnostic).into_iter().collect();
                groups.push(FindingGroup { number: at + 1, first: diagnostic, places, count: 1 });
            }
        }
    }
    groups
}

impl FindingGroup<'_> {
    fn add(&mut self, diagnostic: &Diagnostic) {
        self.count += 1;
        if self.places.len() < MAX_PLACES {
            self.places.extend(location_text(diagnostic));
        }
    }

    /// `5 times: a.csv:2:1, a.csv:3:1, a.csv:4:1 and 2 more`; `None` for one finding alone.
    pub(super) fn repeats(&self) -> Option<String> {
        let places = match (self.places.as_slice(), self.count - self.places.len() as u64) {
            ([], _) => String::new(),
            (places, 0) => format!(": {}", places.join(", ")),
            (places, more) => format!(": {} and {more} more", places.join(", ")),
        };
        (self.count > 1).then(|| format!("{} times{places}", self.count))
    }

    /// The message, with the places of the others.
    pub(super) fn message(&self) -> String {
        let repeats = self.repeats().map_or_else(String::new, |repeats| format!(" ({repeats})"));
        format!("{}{repeats}", self.first.message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Severity;

    fn finding(rule: &str, remedy: &str, basis: Basis) -> Diagnostic {
        Diagnostic {
            rule: rule.into(),
            severity: Severity::Error,
            basis,
            statements: Default::default(),
            citation: None,
            message: "m".to_owned(),
            remedy: remedy.to_owned().into(),
            subject: None,
            labels: Vec::new(),
            snippets: Vec::new(),
            fingerprint: String::new(),
            identification: None,
            acceptance: None,
            comparison: None,
        }
    }

    #[test]
    fn only_faults_of_one_kind_and_cure_are_one_entry() {
        let all = [
            finding("date-unreadable", "a", Basis::Input),
            finding("date-unreadable", "b", Basis::Input),
            finding("team-blank", "a", Basis::Vendor),
            finding("date-unreadable", "a", Basis::Input),
            finding("team-blank", "a", Basis::Vendor),
        ];
        let counts: Vec<_> = grouped(&all).iter().map(|group| (group.number, group.count)).collect();
        assert_eq!(counts, [(1, 2), (2, 1), (3, 1), (5, 1)]);
    }

    #[test]
    fn an_entry_names_three_places_and_counts_the_rest() {
        let first = finding("date-unreadable", "a", Basis::Input);
        let places = ["a.csv:2:1", "a.csv:3:1", "a.csv:4:1"].map(str::to_owned).to_vec();
        let group = FindingGroup { number: 1, first: &first, places, count: 5 };
        assert_eq!(group.message(), "m (5 times: a.csv:2:1, a.csv:3:1, a.csv:4:1 and 2 more)");
        let one = FindingGroup { places: Vec::new(), count: 1, ..group };
        assert_eq!(one.message(), "m");
    }
}
