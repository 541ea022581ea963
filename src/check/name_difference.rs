//! How a name that is nearly right differs from the right one, in words.
//!
//! It never makes a judgement: names compare exactly, this only explains.

use crate::record::confusables::{describe, odd_character, visual_skeleton};

/// How `found` differs from `due` if the two look alike; `None` if they are simply different names.
#[must_use]
pub fn difference(found: &str, due: &str) -> Option<String> {
    if found == due {
        return None;
    }
    if found.eq_ignore_ascii_case(due) {
        return Some(format!("only the case differs from `{due}`"));
    }
    if common_skeleton(found) != common_skeleton(due) {
        return None;
    }
    let odd = |c: &char| !c.is_ascii() && !due.contains(*c);
    if let Some(said) = odd_character(found).filter(|_| found.contains(|c| odd(&c))) {
        return Some(format!("{said}, not as in `{due}`"));
    }
    // An odd control character, or the same letters in another form.
    Some(match found.chars().find(|c| c.is_control() || odd(c)) {
        Some(c) => format!("`{due}` has no {}", describe(c)),
        None => format!("only spaces, hyphens or underscores differ from `{due}`"),
    })
}

/// The same for all names between which [`difference`] finds a difference.
#[must_use]
pub fn common_skeleton(name: &str) -> String {
    bare(&visual_skeleton(name))
}

/// A look without what joins words, and without controls.
fn bare(visual_skeleton: &str) -> String {
    visual_skeleton.chars().filter(|c| !matches!(c, ' ' | '-' | '_') && !c.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_alike_is_explained() {
        let say = |found| difference(found, "EnterpriseView");
        assert_eq!(say("EnterpriseView"), None);
        assert_eq!(say("Billing View"), None);
        assert_eq!(say("enterpriseview").as_deref(), Some("only the case differs from `EnterpriseView`"));
        assert_eq!(
            say("Enterprise View").as_deref(),
            Some("only spaces, hyphens or underscores differ from `EnterpriseView`")
        );
        assert_eq!(
            say("Enterprise\u{200b}View").as_deref(),
            Some("character 11 is zero width space (U+200B), not as in `EnterpriseView`")
        );
        assert_eq!(
            say("\u{415}nterpriseView").as_deref(),
            Some("the first letter is Cyrillic capital letter Ie (U+0415), not as in `EnterpriseView`")
        );
        assert_eq!(
            say("\u{ff25}nterpriseView").as_deref(),
            Some("the first letter is Fullwidth latin capital letter E (U+FF25), not as in `EnterpriseView`")
        );
        assert!(say("Enterprise\tView").is_some_and(|said| said.contains("U+0009")));
    }
}
