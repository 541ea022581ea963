//! What may make two runs differ.

use crate::diagnostic::words::words;

/// What a run depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Factor {
    /// The inputs.
    Data,
    /// The packs of rules.
    Rule,
    /// The config, and options that declare something.
    Config,
    /// The waivers.
    Waiver,
    /// The baseline.
    Baseline,
    /// The as-of date.
    Time,
    /// The version of rolecall.
    Version,
}

words!(Factor {
    Data = "data",
    Rule = "rule",
    Config = "config",
    Waiver = "waiver",
    Baseline = "baseline",
    Time = "time",
    Version = "version",
});

/// Some factors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct FactorSet(u8);

impl FactorSet {
    /// None of them.
    pub const EMPTY: Self = Self(0);

    /// With one more.
    #[must_use]
    pub const fn with(self, factor: Factor) -> Self {
        Self(self.0 | 1 << factor as u8)
    }

    /// True if the factor is among them.
    #[must_use]
    pub const fn has(self, factor: Factor) -> bool {
        self.0 >> factor as u8 & 1 == 1
    }

    /// True for none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// How many they are.
    #[must_use]
    pub const fn length(self) -> usize {
        self.0.count_ones() as usize
    }

    /// They, in their own order.
    pub fn factors(self) -> impl Iterator<Item = Factor> {
        Factor::ALL.into_iter().filter(move |factor| self.has(*factor))
    }

    /// All its subsets of this length.
    pub(super) fn subsets(self, length: usize) -> impl Iterator<Item = Self> {
        let whole = self.0;
        (0..=whole).filter(move |bits| bits & !whole == 0).map(Self).filter(move |one| one.length() == length)
    }
}

impl FromIterator<Factor> for FactorSet {
    fn from_iter<I: IntoIterator<Item = Factor>>(factors: I) -> Self {
        factors.into_iter().fold(Self::EMPTY, Self::with)
    }
}

/// Whether each factor differs between two runs; `None` if that is not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FactorStates([Option<bool>; Factor::ALL.len()]);

impl FactorStates {
    /// The states by what `differs` says of each.
    pub fn new(differs: impl Fn(Factor) -> Option<bool>) -> Self {
        let mut states = Self::default();
        for factor in Factor::ALL {
            states.0[factor as usize] = differs(factor);
        }
        states
    }

    /// Whether a factor differs.
    #[must_use]
    pub const fn state(self, factor: Factor) -> Option<bool> {
        self.0[factor as usize]
    }

    /// Those that are known to differ.
    #[must_use]
    pub fn differing(self) -> FactorSet {
        Factor::ALL.into_iter().filter(|factor| self.state(*factor) == Some(true)).collect()
    }

    /// Those that differ or may.
    #[must_use]
    pub fn possible(self) -> FactorSet {
        Factor::ALL.into_iter().filter(|factor| self.state(*factor) != Some(false)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subsets_are_all_of_their_length() {
        let three: FactorSet = [Factor::Data, Factor::Config, Factor::Time].into_iter().collect();
        let lengths: Vec<usize> = (0..=3).map(|length| three.subsets(length).count()).collect();
        assert_eq!(lengths, [1, 3, 3, 1]);
        assert!(three.subsets(2).all(|pair| pair.factors().all(|factor| three.has(factor))));
    }
}
