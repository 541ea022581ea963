//! Marks by which exports say that they left values out: `and 2 more`, `(+1)`, `3 roles`, `Administr…`.
//!
//! What was left out may be the value that matters, so a list with such a mark is not judged.

/// Words after the number of the values left out.
const MORE: [&str; 20] = [
    "more",
    "other",
    "others",
    "additional",
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
    "hidden",
    "omitted",
];

/// Words after the number of all values, where the values themselves would be.
const COUNTED: [&str; 23] = [
    "role", "roles", "group", "groups", "team", "teams", "view", "views", "item", "items", "entry", "entries", "value",
    "values", "selected", "assigned", "rolle", "rollen", "gruppe", "gruppen", "rôles", "groupes", "grupos",
];

/// True if `item` says that values were left out.
#[must_use]
pub fn leaves_out(item: &str) -> bool {
    let is_cut = |mark: &str| item.ends_with(mark) || item.starts_with(mark);
    if is_cut("…") || is_cut("...") {
        return true;
    }
    if !item.bytes().any(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let lower = item.to_lowercase();
    let words: Vec<&str> =
        lower.split(|c: char| c.is_whitespace() || "()[]".contains(c)).filter(|w| !w.is_empty()).collect();
    let is_number = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
    match words[..] {
        [.., last] if last.strip_prefix('+').is_some_and(|count| !count.is_empty() && is_number(count)) => true,
        [.., "+", last] if is_number(last) => true,
        [count, what] if is_number(count) && COUNTED.contains(&what) => true,
        [.., count, what] => is_number(count.trim_start_matches('+')) && count != "+" && MORE.contains(&what),
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
            "Agent +2",
            "+ 2",
            "+3 more",
            "und 2 weitere",
            "3 roles",
            "12 Groups",
            "(2 others)",
            "5 selected",
            "Agent, 1 other",
            "[+4]",
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
            "Agent 007",
            "A+",
            "Group 3",
            "Others",
            "3rd roles",
        ] {
            assert!(!leaves_out(item), "{item}");
        }
    }
}
