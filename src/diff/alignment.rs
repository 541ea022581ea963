//! Two lists that mostly hold the same in one order, walked along together, as exports of one tenant some time apart do.

/// How far away an element is looked for that is not in its place: rows that were inserted or removed.
const WINDOW: usize = 64;

/// Searches in vain after which the lists count as differently ordered, beyond one for every so many that are in line.
const MAX_VAIN: usize = 1024;
const IN_LINE_PER_VAIN: usize = 8;

/// The keys that are not in line with the same key at a place that `is_same`: all of those, and some that are. `None` for
/// lists in different orders: any key may be one.
pub(super) fn keys_out_of_line(
    olds: &[u64],
    news: &[u64],
    mut is_same: impl FnMut(usize, usize) -> bool,
) -> Option<Vec<u64>> {
    let mut found = Vec::new();
    let (mut in_line, mut vain) = (0, 0);
    let (mut at_old, mut at_new) = (0, 0);
    while let (Some(old), Some(new)) = (olds.get(at_old), news.get(at_new)) {
        if old == new {
            if !is_same(at_old, at_new) {
                found.push(*old);
            }
            (at_old, at_new, in_line) = (at_old + 1, at_new + 1, in_line + 1);
            continue;
        }
        let ahead = |list: &[u64], from: usize, key: u64| {
            list[from..].iter().take(WINDOW).position(|one| *one == key).unwrap_or(WINDOW)
        };
        let (in_olds, in_news) = (ahead(olds, at_old, *new), ahead(news, at_new, *old));
        // The nearer of the two is where the lists meet again.
        let (of_old, of_new) = match (in_olds, in_news) {
            (WINDOW, WINDOW) => (1, 1),
            (in_olds, in_news) if in_olds <= in_news => (in_olds, 0),
            (_, in_news) => (0, in_news),
        };
        found.extend(olds[at_old..][..of_old].iter().chain(&news[at_new..][..of_new]));
        (at_old, at_new) = (at_old + of_old, at_new + of_new);
        vain += usize::from(of_old == of_new);
        if vain > MAX_VAIN + in_line / IN_LINE_PER_VAIN {
            return None;
        }
    }
    found.extend(olds[at_old..].iter().chain(&news[at_new..]));
    Some(found)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    use super::*;

    fn out_of_line(olds: &[(u64, u8)], news: &[(u64, u8)]) -> BTreeSet<u64> {
        let keys = |list: &[(u64, u8)]| list.iter().map(|one| one.0).collect::<Vec<_>>();
        let found = keys_out_of_line(&keys(olds), &keys(news), |old, new| olds[old].1 == news[new].1);
        found.expect("one order").into_iter().collect()
    }

    #[test]
    fn inserted_removed_and_changed_rows_are_out_of_line() {
        let olds: Vec<_> = (0..10_000).map(|key| (key, 0)).collect();
        let mut news = olds.clone();
        news.insert(100, (20_000, 0));
        news[5_000].1 = 1;
        news.remove(7_000);
        news.drain(8_000..8_000 + WINDOW - 1);
        let expected = [20_000, 4_999, 6_999].into_iter().chain(8_000..8_000 + WINDOW as u64 - 1);
        assert_eq!(out_of_line(&olds, &news), expected.collect());
        assert_eq!(out_of_line(&olds, &olds), BTreeSet::new());
    }

    #[test]
    fn lists_in_different_orders_are_not_walked_to_their_ends() {
        let olds: Vec<u64> = (0..100_000).collect();
        let news: Vec<u64> = olds.iter().rev().copied().collect();
        let mut asked = 0;
        let found = keys_out_of_line(&olds, &news, |_, _| {
            asked += 1;
            true
        });
        assert_eq!((found, asked), (None, 0));
    }

    proptest! {
        /// What is not found is on both sides as often, and the same.
        #[test]
        fn nothing_that_differs_is_in_line(
            olds in prop::collection::vec((0..40_u64, 0..3_u8), 0..200),
            news in prop::collection::vec((0..40_u64, 0..3_u8), 0..200),
            is_edited in any::<bool>(),
            edits in prop::collection::vec((0..200_usize, 0..40_u64, 0..3_u8), 0..9),
        ) {
            let mut news = if is_edited { olds.clone() } else { news };
            for (at, key, value) in edits {
                if at % 3 == 0 { news.insert(at.min(news.len()), (key, value)) }
                else if let Some(one) = news.get_mut(at) { *one = (key, value) }
            }
            let found = out_of_line(&olds, &news);
            let rest = |list: &[(u64, u8)]| list.iter().filter(|one| !found.contains(&one.0)).copied().collect::<Vec<_>>();
            prop_assert_eq!(rest(&olds), rest(&news));
        }
    }
}
