//! Verdicts remembered by the texts of cells, so that each distinct text is judged once.

use super::dictionary::Code;
use super::tally::{Brief, First};

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
    /// Counts a record whose texts have this number. Its class is made by `judge` when they are new.
    #[inline]
    pub fn count(&mut self, code: Code, judge: impl FnOnce() -> Class) -> &Class {
        let known = self.class_of.get(code as usize).copied().unwrap_or(UNKNOWN);
        let number = if known == UNKNOWN { self.learn(code, judge()) } else { known };
        let class = &mut self.classes[number as usize];
        class.times += 1;
        class
    }

    #[cold]
    fn learn(&mut self, code: Code, class: Class) -> u32 {
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
        number
    }

    /// What was remembered, for counting.
    pub fn drain(&mut self) -> Vec<Class> {
        self.class_of.clear();
        std::mem::take(&mut self.classes)
    }
}
