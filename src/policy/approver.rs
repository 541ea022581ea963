//! Who approved a waiver, however the name is written: nobody approves for oneself, nor under a name that only looks like
//! another.

use crate::diagnostic::visible::is_hidden;
use crate::record::confusables::visual_skeleton;
use crate::record::name;

/// A person as somebody wrote it down: `Dana Ops <dana.ops@acme.example>`, an address, or a name.
struct WrittenPerson {
    /// Folded.
    addresses: Vec<String>,
    /// What is written besides addresses, folded.
    name: String,
}

impl WrittenPerson {
    fn parse(text: &str) -> Self {
        let is_gap = |c: char| c.is_whitespace() || "<>()[]{}\"',;:|".contains(c);
        let shown: String = text.chars().filter(|c| c.is_whitespace() || !is_hidden(*c)).collect();
        let (addresses, words): (Vec<&str>, Vec<&str>) =
            shown.split(is_gap).filter(|word| !word.is_empty()).partition(|word| word.contains('@'));
        let addresses = addresses.into_iter().map(|address| name::fold(address.trim_end_matches('.'))).collect();
        Self { addresses, name: name::fold(&words.join(" ")) }
    }

    /// True if its name is that of the other, or begins an address of the other.
    fn has_name_of(&self, other: &Self) -> bool {
        let is_local_part = |address: &String| {
            let local = address.rsplit_once('@').map_or("", |(local, _)| local);
            local == self.name || words(local) == words(&self.name)
        };
        let is_name = self.name == other.name || words(&self.name) == words(&other.name);
        !words(&self.name).is_empty() && (is_name || other.addresses.iter().any(is_local_part))
    }
}

/// The parts of a name in any order: `Dana Ops`, `Ops, Dana` and `dana.ops` have the same.
fn words(name: &str) -> Vec<&str> {
    let is_between = |c: char| c.is_whitespace() || matches!(c, '.' | '_' | '-' | '+' | ',');
    let mut words: Vec<&str> = name.split(is_between).filter(|word| !word.is_empty()).collect();
    words.sort_unstable();
    words
}

/// True if both texts name one person, or look as if they did. Two addresses decide; a name alone is compared with name and
/// address.
pub fn is_same_person(one: &str, other: &str) -> bool {
    if is_plain_address(one) && is_plain_address(other) {
        return one.eq_ignore_ascii_case(other);
    }
    let is_plain = one.is_ascii() && other.is_ascii();
    are_same(one, other) || (!is_plain && are_same(&visual_skeleton(one), &visual_skeleton(other)))
}

/// True for an address and nothing else, as most are written.
fn is_plain_address(text: &str) -> bool {
    let is_in_address = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'@' | b'.' | b'_' | b'-' | b'+');
    text.bytes().all(is_in_address) && text.contains('@') && !text.ends_with('.')
}

fn are_same(one: &str, other: &str) -> bool {
    let (one, other) = (WrittenPerson::parse(one), WrittenPerson::parse(other));
    if one.addresses.is_empty() || other.addresses.is_empty() {
        return one.has_name_of(&other) || other.has_name_of(&one);
    }
    one.addresses.iter().any(|address| other.addresses.contains(address))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_known_however_written() {
        for (one, other) in [
            ("Lee", "lee"),
            ("lee.wfm@acme.example", "Lee Wfm <LEE.wfm@Acme.example>"),
            ("mailto:lee@acme.example", "lee@acme.example."),
            ("Lee  Wfm", "lee wfm"),
            ("Lee Wfm <lee@acme.example>", "\"Lee Wfm\""),
            ("Dana, lee@acme.example", "(lee@acme.example)"),
            ("lee@acme.example", "le\u{200b}e@acme.example"),
            ("svc-api", "SVC-API"),
            ("dana.ops", "dana.ops@acme.example"),
            ("Dana Ops", "dana.ops@acme.example"),
            ("Ops, Dana", "Dana Ops"),
            ("lee@acme.example", "l\u{435}\u{435}@acme.example"),
            ("lee@acme.example", "lee@\u{430}cme.example"),
            ("L\u{435}e Wfm", "lee wfm"),
            ("l\u{ff45}e@acme.example", "Lee <LEE@acme.example>"),
        ] {
            assert!(is_same_person(one, other) && is_same_person(other, one), "{one} {other}");
        }
        for (one, other) in [
            ("lee@acme.example", "lee@beta.example"),
            ("Lee <lee@acme.example>", "Lee <lee@beta.example>"),
            ("Lee", "Leo"),
            ("Lee", "Lee Wfm"),
            ("", ""),
            ("lee", "kate.lee@acme.example"),
            ("Dana", "dana.ops@acme.example"),
            ("-", "lee@acme.example"),
            ("lee1@acme.example", "leel@acme.example"),
            ("l\u{e9}e@acme.example", "lee@acme.example"),
        ] {
            assert!(!is_same_person(one, other), "{one} {other}");
        }
    }
}
