//! Sorting what is few. Each sort of the standard library is compiled again for its elements and their order, five kilobytes each
//! time; this one sorts places, and is compiled once.

use std::cmp::Ordering;

/// Sorts a few elements by their keys. Those with one key stay in their order.
pub fn sort_few_by_key<T, K: Ord>(items: &mut Vec<T>, key: impl Fn(&T) -> K) {
    let order = sorted_places(items.len(), &|one, other| key(&items[one]).cmp(&key(&items[other])));
    put_in_order(items, &order);
}

/// Sorts a few elements as `compare` says. Those that are equal stay in their order.
pub fn sort_few_by<T>(items: &mut Vec<T>, compare: impl Fn(&T, &T) -> Ordering) {
    let order = sorted_places(items.len(), &|one, other| compare(&items[one], &items[other]));
    put_in_order(items, &order);
}

#[inline(never)]
fn sorted_places(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut places: Vec<usize> = (0..count).collect();
    places.sort_by(|one, other| compare(*one, *other));
    places
}

fn put_in_order<T>(items: &mut Vec<T>, order: &[usize]) {
    let mut taken: Vec<Option<T>> = items.drain(..).map(Some).collect();
    items.extend(order.iter().filter_map(|place| taken[*place].take()));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_few_are_sorted_as_the_standard_library_does(items in prop::collection::vec((0..9_u8, any::<u8>()), 0..60)) {
            let (mut by_key, mut by, mut expected) = (items.clone(), items.clone(), items);
            sort_few_by_key(&mut by_key, |one| one.0);
            sort_few_by(&mut by, |one, other| one.0.cmp(&other.0));
            expected.sort_by_key(|one| one.0);
            prop_assert_eq!(&by_key, &expected);
            prop_assert_eq!(&by, &expected);
        }
    }
}
