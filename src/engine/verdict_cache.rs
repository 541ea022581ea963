//! Verdicts remembered by the texts of cells, so that each distinct text is judged once.

use super::tally::{FirstRecord, RuleVerdict};
use crate::diagnostic::Severity;
use crate::fast::intern::Symbol;

/// What the rules of a group say of some texts, and how often.
#[derive(Clone, Debug)]
pub struct VerdictClass {
    /// Records with such texts.
    pub times: u64,
    /// Those of them whose findings were not counted one by one.
    pub only_counted: u64,
    pub verdicts: Vec<RuleVerdict>,
    /// For each rule that fails: how many findings that makes. `None` for any other, and where they differ in severity.
    pub findings: Vec<Option<(Severity, u64)>>,
    /// The first record of them, kept where some rule could not tell.
    pub first: Option<FirstRecord>,
    /// Some rule fails, or a cell is unclear: every record with such texts is looked at.
    pub has_failure: bool,
}

impl VerdictClass {
    /// True if rules say the same of the texts of both.
    fn is_like(&self, other: &Self) -> bool {
        (&self.verdicts, &self.findings) == (&other.verdicts, &other.findings)
    }
}

/// The verdicts of a group of rules that read the same fields. Texts that are judged alike are one class.
#[derive(Debug, Default)]
pub struct VerdictCache {
    /// By number: how many records had such texts, and [`NOT_ONLY_COUNTED`].
    times: Vec<u64>,
    /// By number: the class.
    class_of: Vec<u32>,
    classes: Vec<VerdictClass>,
    /// Texts whose findings are no longer counted one by one, and how many records had them before.
    only_counted: Vec<(Symbol, u64)>,
}

/// Marks texts that need more than to be counted: they were not judged yet, or some rule fails.
const NOT_ONLY_COUNTED: u64 = 1 << 63;

/// Not judged yet.
const UNKNOWN: u32 = u32::MAX;

/// What there is to do about a record that was put to a memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CacheLookup {
    /// Nothing more.
    Passed,
    /// It was counted; its texts need attention.
    Open,
    /// Nothing is known of such texts, and it was not counted.
    Unknown,
}

impl VerdictCache {
    /// Counts a record whose texts have this number.
    #[inline(always)]
    pub fn count(&mut self, symbol: Symbol) -> CacheLookup {
        let Some(times) = self.times.get_mut(symbol as usize) else { return CacheLookup::Unknown };
        // There are fewer records than the mark.
        *times = times.wrapping_add(1);
        if *times < NOT_ONLY_COUNTED { CacheLookup::Passed } else { CacheLookup::Open }
    }

    /// Counts records whose texts have these numbers, but for those that are not `counted`. True if nothing more is to be done
    /// about any of them.
    #[inline(always)]
    pub fn count_all<'s>(&mut self, symbols: impl Iterator<Item = (&'s Symbol, bool)>) -> bool {
        let (mut marks, mut is_known) = (0, true);
        for (symbol, is_counted) in symbols {
            // Whom rules concern changes from record to record: without a branch there is none to foresee.
            let count = u64::from(is_counted);
            match self.times.get_mut(*symbol as usize) {
                Some(times) => {
                    *times = times.wrapping_add(count);
                    marks |= *times & count.wrapping_neg();
                }
                None => is_known &= !is_counted,
            }
        }
        is_known && marks < NOT_ONLY_COUNTED
    }

    /// Counts so many records whose texts have this number, which is known.
    pub fn count_alike(&mut self, symbol: Symbol, records: u64) {
        self.times[symbol as usize] += records;
    }

    /// What there is to do about a record that [`VerdictCache::count_all`] met.
    #[inline(always)]
    #[must_use]
    pub fn counted(&self, symbol: Symbol) -> CacheLookup {
        match self.times.get(symbol as usize) {
            None => CacheLookup::Unknown,
            Some(times) if *times < NOT_ONLY_COUNTED => CacheLookup::Passed,
            Some(_) => CacheLookup::Open,
        }
    }

    /// Learns what the rules say of these texts.
    #[cold]
    pub fn learn(&mut self, symbol: Symbol, class: VerdictClass) {
        let has_failure = class.has_failure;
        let at = self.classes.iter().position(|known| known.is_like(&class)).unwrap_or_else(|| {
            self.classes.push(class);
            self.classes.len() - 1
        });
        let number = u32::try_from(at).expect("internal error: classes are few");
        let symbol = symbol as usize;
        if self.times.len() <= symbol {
            self.times.resize(symbol + 1, NOT_ONLY_COUNTED);
            self.class_of.resize(symbol + 1, UNKNOWN);
        }
        self.class_of[symbol] = number;
        if !has_failure {
            self.times[symbol] &= !NOT_ONLY_COUNTED;
        }
    }

    /// From now on records with these texts, of which some rule fails, are only counted: no finding has room to be listed.
    pub fn only_count(&mut self, symbol: Symbol) {
        let times = &mut self.times[symbol as usize];
        if *times & NOT_ONLY_COUNTED != 0 {
            *times &= !NOT_ONLY_COUNTED;
            self.only_counted.push((symbol, *times));
        }
    }

    /// True if these texts were judged.
    #[must_use]
    pub fn is_known(&self, symbol: Symbol) -> bool {
        self.class_of.get(symbol as usize).is_some_and(|number| *number != UNKNOWN)
    }

    /// What the rules say of these texts. `None` if they are new.
    #[must_use]
    pub fn class(&self, symbol: Symbol) -> Option<&VerdictClass> {
        let number = self.class_of.get(symbol as usize).copied().unwrap_or(UNKNOWN);
        self.classes.get(number as usize)
    }

    /// What was remembered, for counting.
    pub fn drain(&mut self) -> Vec<VerdictClass> {
        let mut classes = std::mem::take(&mut self.classes);
        for (symbol, before) in self.only_counted.drain(..) {
            let symbol = symbol as usize;
            classes[self.class_of[symbol] as usize].only_counted += self.times[symbol] - before;
        }
        for (number, times) in self.class_of.drain(..).zip(self.times.drain(..)) {
            if let Some(class) = classes.get_mut(number as usize) {
                class.times += times & !NOT_ONLY_COUNTED;
            }
        }
        classes
    }
}
