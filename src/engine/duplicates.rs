//! Which inputs hold the same as one before them: they are judged once.
//!
//! Only inputs of one length that begin alike are compared, so a thousand of them are not compared in pairs.

use std::collections::HashMap;
use std::hash::BuildHasher as _;
use std::sync::Arc;

use foldhash::fast::RandomState;

use crate::read::Input;
use crate::source::file::{FileId, Source};

/// An input before another that holds the same.
#[derive(Clone, Debug)]
pub struct DuplicateOf {
    /// Its number.
    pub input: usize,
    /// Its path as typed.
    pub file: Arc<str>,
    /// Both are one file, not two with the same bytes.
    pub is_same_file: bool,
}

/// The inputs of which none holds the same as another.
#[derive(Default)]
pub struct DistinctInputs {
    by_file: HashMap<FileId, usize, RandomState>,
    by_start: HashMap<InputStart, Vec<usize>, RandomState>,
    state: RandomState,
}

/// The length of an input and a hash of how it begins.
type InputStart = (u64, u64);

impl DistinctInputs {
    /// The input that holds the same as the one with this number; `None` if it is distinct. `known` gives an input by its
    /// number, if it can be read.
    pub fn find_or_add<'i>(
        &mut self,
        number: usize,
        source: &Source,
        known: impl Fn(usize) -> Option<&'i Input>,
    ) -> Option<DuplicateOf> {
        let start = source.start().ok().filter(|start| !start.is_empty());
        let start = start.map(|start| (source.raw_length(), self.state.hash_one(start)));
        let found = self.find(source, start, known);
        if found.is_none() {
            if let Some(file) = source.file_id() {
                self.by_file.entry(file).or_insert(number);
            }
            if let Some(start) = start {
                self.by_start.entry(start).or_default().push(number);
            }
        }
        found
    }

    fn find<'i>(
        &self,
        source: &Source,
        start: Option<InputStart>,
        known: impl Fn(usize) -> Option<&'i Input>,
    ) -> Option<DuplicateOf> {
        let duplicate = |number: usize, input: &Input, is_same_file| {
            Some(DuplicateOf { input: number, file: Arc::clone(&input.name), is_same_file })
        };
        let same_file = source.file_id().and_then(|file| self.by_file.get(&file));
        if let Some((number, input)) = same_file.and_then(|number| Some((*number, known(*number)?))) {
            return duplicate(number, input, true);
        }
        self.by_start.get(&start?)?.iter().find_map(|number| {
            let input = known(*number)?;
            let is_same = source.has_same_bytes(&input.source).unwrap_or(false);
            if is_same { duplicate(*number, input, false) } else { None }
        })
    }
}
