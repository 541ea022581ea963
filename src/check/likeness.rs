//! How a name that is nearly right differs from the right one, in words.
//!
//! It never makes a judgement: names compare exactly, this only explains.

/// How `found` differs from `due`, where the two look alike; nothing where they are simply different names.
#[must_use]
pub fn difference(found: &str, due: &str) -> Option<String> {
    if found == due {
        return None;
    }
    if found.eq_ignore_ascii_case(due) {
        return Some(format!("only the case differs from `{due}`"));
    }
    let odd = |c: &char| !c.is_ascii_graphic() && !due.contains(*c);
    let bare: String = found.chars().filter(|c| !odd(c)).filter(|c| !is_joint(*c)).collect();
    let due_bare: String = due.chars().filter(|c| !is_joint(*c)).collect();
    if bare.eq_ignore_ascii_case(&due_bare) {
        return Some(match found.chars().find(odd).filter(|c| *c != ' ') {
            Some(c) => format!("`{due}` has no U+{:04X}", u32::from(c)),
            None => format!("only spaces, hyphens or underscores differ from `{due}`"),
        });
    }
    one_letter(found, due)
}

fn is_joint(c: char) -> bool {
    matches!(c, ' ' | '-' | '_')
}

/// Names of the same length that differ only in letters beyond ASCII.
fn one_letter(found: &str, due: &str) -> Option<String> {
    if found.chars().count() != due.chars().count() {
        return None;
    }
    let mut differing = found.chars().zip(due.chars()).enumerate().filter(|(_, (a, b))| a != b).peekable();
    let (at, (a, b)) = *differing.peek()?;
    differing
        .all(|(_, (a, _))| !a.is_ascii())
        .then(|| format!("character {} is U+{:04X}, not `{b}`", at + 1, u32::from(a)))
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
        assert_eq!(say("Enterprise\u{200b}View").as_deref(), Some("`EnterpriseView` has no U+200B"));
        assert_eq!(say("\u{415}nterpriseView").as_deref(), Some("character 1 is U+0415, not `E`"));
    }
}
