//! User names in eight bytes: which accounts share one.

use super::*;

fn id(input: u16, number: u64) -> RecordId {
    RecordId { input: InputId(input), number }
}

#[test]
fn a_record_is_kept_whatever_its_number() {
    let mut user_names = UserNameIndex::default();
    let name = UserName::new("a");
    let most = (1 << NUMBER_BITS) - 1;
    let ids = [id(0, 1), id(0, most), id(0, most + 1), id(7, 123_456), id(u16::MAX, 1 << 46), id(0, 2)];
    for (number, id) in ids.into_iter().enumerate() {
        user_names.add(&name, id, number % 2 == 0, number % 3 == 0);
    }
    assert_eq!(user_names.candidates(["A"].into_iter()), ids);
    assert_eq!((user_names.count(), user_names.active()), (6, 3));
    assert_eq!(user_names.candidates(["b"].into_iter()), []);
}

#[test]
fn names_that_differ_are_hardly_ever_suspects() {
    let mut user_names = UserNameIndex::default();
    for number in 0..100_000 {
        user_names.add(&UserName::new(&format!("api.{number}@acme.example")), id(0, number), true, false);
    }
    assert_eq!(user_names.groups_of_repeats(), Vec::<Vec<RecordId>>::new());
    user_names.add(&UserName::new("API.77777@acme.example"), id(1, 1), true, false);
    assert_eq!(user_names.groups_of_repeats(), [vec![id(0, 77_777), id(1, 1)]]);
}

#[test]
fn what_is_left_out_is_counted() {
    let many: Vec<_> = (0..MAX_SUSPECTS as u64 - 1).map(|number| id(0, number)).collect();
    let few = || vec![id(1, 1), id(1, 2), id(1, 3)];
    assert_eq!(bounded_groups(vec![few(), few()]), (vec![few(), few()], 0));
    let (groups, left_out) = bounded_groups(vec![many.clone(), few(), few()]);
    assert_eq!((groups, left_out), (vec![many, vec![id(1, 1)], Vec::new()], 5));
}

#[test]
fn suspects_are_active_and_of_one_kind() {
    let mut user_names = UserNameIndex::default();
    let (a, b) = (UserName::new("a"), UserName::new("b"));
    user_names.add(&a, id(0, 3), true, false);
    user_names.add(&a, id(0, 1), true, false);
    user_names.add(&a, id(0, 2), false, false);
    user_names.add(&a, id(1, 1), true, true);
    user_names.add(&b, id(0, 4), true, false);
    let mut other = UserNameIndex::default();
    other.add(&b, id(0, 5), true, false);
    other.merge(user_names);
    assert_eq!(other.groups_of_repeats(), [vec![id(0, 1), id(0, 3)], vec![id(0, 4), id(0, 5)]]);
    assert_eq!(other.candidates(["a"].into_iter()).len(), 4);
    assert_eq!(other.candidates(["b", "a", "c"].into_iter()).len(), 6);
    assert_eq!((other.count(), other.active()), (6, 5));
}
