//! A count that remembers the first few it counted.

use crate::check::RecordId;

/// How many there are, and the first of them in the order of the inputs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoundedSample<T = RecordId> {
    count: u64,
    limit: u64,
    /// Sorted, at most `limit`.
    first: Vec<T>,
}

impl<T: Copy + Ord> BoundedSample<T> {
    /// Remembers at most `limit` of them.
    #[must_use]
    pub const fn at_most(limit: u64) -> Self {
        Self { count: 0, limit, first: Vec::new() }
    }

    /// The same, with nothing counted.
    #[must_use]
    pub const fn emptied(&self) -> Self {
        Self::at_most(self.limit)
    }

    /// Counts one.
    #[inline(always)]
    pub fn add(&mut self, id: T) {
        self.count += 1;
        // Most come in order, and after the first ones.
        if self.count <= self.limit || self.first.last().is_some_and(|last| *last > id) {
            self.keep(id);
        }
    }

    /// Adds another's counts.
    pub fn merge(&mut self, other: Self) {
        self.count += other.count;
        self.first.extend(other.first);
        self.first.sort_unstable();
        self.first.truncate(usize::try_from(self.limit).unwrap_or(usize::MAX));
    }

    /// How many were counted.
    #[must_use]
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// The first of them, sorted.
    #[must_use]
    pub fn first(&self) -> &[T] {
        &self.first
    }

    fn keep(&mut self, id: T) {
        let is_full = self.first.len() as u64 >= self.limit;
        match self.first.last() {
            Some(last) if is_full && *last <= id => {}
            Some(last) if *last > id => {
                let at = self.first.partition_point(|kept| *kept < id);
                self.first.insert(at, id);
                if is_full {
                    self.first.pop();
                }
            }
            _ if is_full => {}
            _ => self.first.push(id),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::source::InputId;

    fn id(number: u64) -> RecordId {
        RecordId { input: InputId(0), number }
    }

    proptest! {
        #[test]
        fn any_order_and_any_split_give_one_answer(mut numbers in prop::collection::vec(0_u64..1000, 0..40), limit in 0_u64..10, cut in 0_usize..40) {
            numbers.sort_unstable();
            numbers.dedup();
            let mut expected = BoundedSample::at_most(limit);
            numbers.iter().for_each(|number| expected.add(id(*number)));
            let cut = cut.min(numbers.len());
            let (mut left, mut right) = (BoundedSample::at_most(limit), BoundedSample::at_most(limit));
            numbers[..cut].iter().rev().for_each(|number| left.add(id(*number)));
            numbers[cut..].iter().for_each(|number| right.add(id(*number)));
            right.merge(left);
            prop_assert_eq!(&right, &expected);
            prop_assert_eq!(right.first().len() as u64, limit.min(numbers.len() as u64));
        }
    }
}
