//! Marks by which exports say that they left values out: `and 2 more`, `(+1)`, `3 roles`, `Administr…`.
//!
//! What was left out may be the value that matters, so a list with such a mark is not judged.

/// Words beside the number of the values left out.
const MORE: [&str; 34] = [
    "more",
    "other",
    "others",
    "additional",
    "further",
    "hidden",
    "omitted",
    "remaining",
    "weitere",
    "weiteren",
    "andere",
    "autre",
    "autres",
    "más",
    "otro",
    "otros",
    "mais",
    "outro",
    "outros",
    "altri",
    "altro",
    "meer",
    "inne",
    "till",
    "diğer",
    "ещё",
    "еще",
    "других",
    "件",
    "개",
    "外",
    "他",
    "외",
    "truncated",
];

/// Words between the last value and the number of those left out. `Desk 2 Other` can be a name.
const JOINTS: [&str; 14] = ["and", "&", "or", "with", "und", "et", "y", "e", "en", "och", "i", "ve", "и", "a"];

/// Words after the number of all values, where the values themselves would be.
const COUNTED: [&str; 23] = [
    "role", "roles", "group", "groups", "team", "teams", "view", "views", "item", "items", "entry", "entries", "value",
    "values", "selected", "assigned", "rolle", "rollen", "gruppe", "gruppen", "rôles", "groupes", "grupos",
];

/// Items that say it without a number.
const PHRASES: [&str; 24] = [
    "and more",
    "and others",
    "and so on",
    "and other roles",
    "et al",
    "et al.",
    "et autres",
    "etc",
    "etc.",
    "etcetera",
    "u.a.",
    "u. a.",
    "und andere",
    "und weitere",
    "usw",
    "usw.",
    "u.v.m.",
    "y otros",
    "e outros",
    "e altri",
    "en andere",
    "и др.",
    "等",
    "see more",
];

/// True if `item` says that values were left out.
#[must_use]
pub fn leaves_out(item: &str) -> bool {
    let is_cut = |mark: &str| item.ends_with(mark) || item.starts_with(mark);
    if is_cut("…") || is_cut("...") {
        return true;
    }
    // Nearly all items are plain names.
    if item.bytes().any(|byte| byte.is_ascii_digit()) {
        return counts_left_out(&item.to_lowercase());
    }
    let is_phrase = PHRASES.iter().any(|phrase| item.len() == phrase.len() && item.to_lowercase() == *phrase);
    is_phrase || (item.ends_with([')', ']', '>']) && says_more_in_brackets(&item.to_lowercase()))
}

/// True for `[more]`, `Operations (truncated)`.
fn says_more_in_brackets(item: &str) -> bool {
    let inside = item.rsplit(['(', '[', '<']).next().unwrap_or_default();
    matches!(inside.trim_end_matches([')', ']', '>']).trim(), "more" | "truncated" | "and more" | "and others")
}

/// True for a text in lower case that counts what was left out, or all that was there.
fn counts_left_out(item: &str) -> bool {
    let words: Vec<&str> =
        item.split(|c: char| c.is_whitespace() || "()[]".contains(c)).filter(|word| !word.is_empty()).collect();
    let is_number = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
    let is_plus = |word: &str| word.strip_prefix('+').is_some_and(is_number);
    match words[..] {
        // `Team +1` can be a name.
        [last] => is_plus(last) || (last.contains('他') && last.ends_with('件')),
        [count, what] if is_number(count) && COUNTED.contains(&what) => true,
        [.., last] if is_plus(last) && item.ends_with([')', ']']) => true,
        ["plus" | "+" | "remaining", count] | ["view", "all", count] => is_number(count),
        [ref before @ .., count, what] => {
            let is_joined = before.last().is_none_or(|word| word.ends_with(',') || JOINTS.contains(word));
            let is_count = is_number(count.trim_start_matches('+')) && count != "+";
            is_count && MORE.contains(&what) && (is_joined || what == "more" || count.starts_with('+'))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_values_left_out_are_told_from_names() {
        for item in [
            "Administr…",
            "Administr...",
            "… Agent",
            "Agent and 2 more",
            "Agent (+1)",
            "+3",
            "+ 2",
            "+3 more",
            "usw.",
            "und 2 weitere",
            "3 roles",
            "12 Groups",
            "(2 others)",
            "5 selected",
            "Agent, 1 other",
            "[+4]",
            "and others",
            "ETC",
            "[more]",
            "Operations (truncated)",
            "他2件",
            "plus 2",
            "View all (5)",
            "ve 3 diğer",
        ] {
            assert!(leaves_out(item), "{item}");
        }
        for item in [
            "Administrator",
            "Team 2",
            "2",
            "Tier 2 Agent",
            "More",
            "Level 3 Support",
            "C++",
            "24/7",
            "Roles",
            "A+",
            "Agent 007",
            "Group 3",
            "Others",
            "3rd roles",
            "Team +1",
            "Sales (North)",
            "Level 3+",
            "3 Hidden Oaks",
            "4 More Years",
            "Agents (2)",
            "Etc Group",
            "View 5",
            "Tier 2 Plus",
            "Desk 2 Other",
        ] {
            assert!(!leaves_out(item), "{item}");
        }
    }
}
