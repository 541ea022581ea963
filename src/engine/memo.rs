//! Verdicts remembered by the texts of cells, so that each distinct text is judged once.

use super::tally::{Brief, First};
use crate::record::dictionary::Code;

/// What the rules of a group say of some texts, and how often.
#[derive(Clone, Debug)]
pub struct Class {
    /// Records with such texts.
    pub times: u64,
    /// Rule by rule.
    pub briefs: Vec<Brief>,
    /// The first record of them, kept where some rule could not tell.
    pub first: Option<First>,
    /// Some rule fails.
    pub has_failure: bool,
}

/// The verdicts of a group of rules that read the same fields. Texts that are judged alike are one class:
/// there are few of them, and counting stays in the cache.
#[derive(Debug, Default)]
pub struct Memo {
    classes: Vec<Class>,
    class_of: Vec<u32>,
}

/// Not judged yet.
const UNKNOWN: u32 = u32::MAX;

impl Memo {
    /// Counts a record whose texts have this number. Nothing where they are new.
    #[inline]
    pub fn count(&mut self, code: Code) -> Option<&Class> {
        let number = *self.class_of.get(code as usize)?;
        // No class has the number of what is unknown.
        let class = self.classes.get_mut(number as usize)?;
        class.times += 1;
        Some(class)
    }

    /// Learns what the rules say of these texts.
    #[cold]
    pub fn learn(&mut self, code: Code, class: Class) {
        let at = self.classes.iter().position(|known| known.briefs == class.briefs).unwrap_or_else(|| {
            self.classes.push(class);
            self.classes.len() - 1
        });
        let number = u32::try_from(at).expect("internal error: classes are few");
        let code = code as usize;
        if self.class_of.len() <= code {
            self.class_of.resize(code + 1, UNKNOWN);
        }
        self.class_of[code] = number;
    }

    /// True where these texts were judged.
    #[must_use]
    pub fn is_known(&self, code: Code) -> bool {
        self.class_of.get(code as usize).is_some_and(|number| *number != UNKNOWN)
    }

    /// What the rules say of these texts; nothing where they are new.
    #[must_use]
    pub fn briefs(&self, code: Code) -> &[Brief] {
        let number = self.class_of.get(code as usize).copied().unwrap_or(UNKNOWN);
        self.classes.get(number as usize).map_or(&[], |class| &class.briefs)
    }

    /// What was remembered, for counting.
    pub fn drain(&mut self) -> Vec<Class> {
        self.class_of.clear();
        std::mem::take(&mut self.classes)
    }
}
