//! What an item of a list says of itself beside its name: that it may not count, such as a role that was revoked.
//!
//! The words of a key decide, not a list of keys: `isActive`, `deleted_at` and `validTo` are told in any spelling.

use crate::read::completeness::says_there_is_more;
use crate::read::key_words::{WordList, words_known};
use crate::syntax::tree::{Node, NodeKind};

/// What a key says of whether the item counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::read) enum ItemState {
    /// It counts if the value is yes or a word for that.
    Counts,
    /// It counts if the value says no, or is missing.
    IsTakenBack,
    /// It counts without an end.
    Ends,
}

/// Words for an item that counts.
const COUNTS: WordList = WordList(
    "active allowed assigned assignment current effective enabled granted included selected state status valid",
);

/// Words for one that does not.
const TAKEN_BACK: WordList = WordList(
    "archived deactivated deleted denied deny disabled except exclude excluded exclusion exclusions expired inactive \
    inverse inverted negate negated pending removed revoked suspended",
);

/// Words for its end.
const ENDS: WordList = WordList("end ends expires expiration expiry until");

/// Words that may be beside these.
const BESIDE: WordList = WordList("at date group has is item membership role roles team time to type view was");

/// What values of keys of the first kind say of an item that counts.
const YES: WordList = WordList(
    "1 active allow allowed approved assigned current direct effective enabled granted included inherited ok on permanent true valid yes",
);

/// Days that stand for no end.
const NO_END: [&str; 4] = ["9999", "2999", "2099", "31.12.9999"];

impl ItemState {
    /// What `key` says; `None` if it says nothing of the kind.
    pub(in crate::read) fn of_key(key: &str) -> Option<Self> {
        let words = words_known(key, &[COUNTS, TAKEN_BACK, ENDS, BESIDE]);
        let is_known = |word: &String| [COUNTS, TAKEN_BACK, ENDS, BESIDE].iter().any(|list| list.contains(word));
        let has = |list: WordList| words.iter().any(|word| list.contains(word));
        if !words.iter().all(is_known) {
            None
        } else if has(ENDS) || (has(WordList("valid")) && has(WordList("to"))) {
            Some(Self::Ends)
        } else if has(TAKEN_BACK) {
            Some(Self::IsTakenBack)
        } else {
            has(COUNTS).then_some(Self::Counts)
        }
    }

    /// True if an item with this value counts for certain.
    fn is_met_by(self, value: Node<'_>) -> bool {
        let text = value.text().trim_ascii().to_ascii_lowercase();
        let is_nothing = match value.kind() {
            NodeKind::Null => true,
            NodeKind::Array | NodeKind::Object => value.children().next().is_none(),
            _ => text.is_empty(),
        };
        let is_scalar = !matches!(value.kind(), NodeKind::Array | NodeKind::Object);
        let is_no = || is_scalar && matches!(text.as_str(), "false" | "no" | "0" | "off");
        is_nothing
            || match self {
                Self::Counts => is_scalar && YES.contains(&text),
                Self::IsTakenBack => is_no(),
                Self::Ends => is_no() || NO_END.iter().any(|day| text.starts_with(day)),
            }
    }
}

/// What says that an item of the list `node`, or all of it, may not count or is not all.
pub(super) fn in_doubt<'t>(node: Node<'t>, is_part: &dyn Fn(&str) -> bool) -> Option<Node<'t>> {
    node.children().find_map(|child| match child.key() {
        None if matches!(child.kind(), NodeKind::Object | NodeKind::Array) => in_doubt(child, is_part),
        None => None,
        Some(key) if is_part(key) => in_doubt(child, is_part),
        Some(key) => {
            let is_met = ItemState::of_key(key).is_none_or(|state| state.is_met_by(child));
            (!is_met || says_there_is_more(key, child)).then_some(child)
        }
    })
}
