//! Headers and keys of what only reviews of access ask about: who owns an account, when it was reviewed, used, or given
//! another password.
//!
//! They mean nothing unless a rule of the run reads them: an export with a column `Owner` is judged as ever where nobody
//! asks for owners.

use super::spaceless::field_named;
use crate::record::{Field, FieldSet};

/// The headers of each field, folded.
const HEADERS: &[(Field, &[&str])] = &[
    (Field::Owner, &["owner", "account owner", "owned by", "responsible", "responsible person"]),
    (Field::LastReviewed, &["last reviewed", "last review", "last review date", "last reviewed on", "reviewed on"]),
    (
        Field::LastReviewed,
        &["last certified", "last certification", "last recertified", "last recertification", "last attested"],
    ),
    (Field::ReviewedBy, &["reviewed by", "last reviewed by", "reviewer", "certified by"]),
    (Field::LastLogin, &["last login", "last log in", "last logon", "last log on", "last sign in", "last used"]),
    (
        Field::LastLogin,
        &["last login date", "last logon date", "last sign in date", "last login time", "last log in date"],
    ),
    (
        Field::PasswordChanged,
        &["password changed", "password last changed", "password changed on", "password change date"],
    ),
    (
        Field::PasswordChanged,
        &["last password change", "password last set", "pwd last set", "secret changed", "secret last changed"],
    ),
];

/// The field that a folded header or key means. Spaces do not count: `lastLogin` is `last login`.
#[must_use]
pub fn review_field(folded: &str) -> Option<Field> {
    let names = HEADERS.iter().flat_map(|(field, names)| names.iter().map(|name| (*name, *field)));
    field_named(names, folded)
}

/// The same, if the run reads the field.
#[must_use]
pub fn wanted_field(folded: &str, wanted: FieldSet) -> Option<Field> {
    if wanted.is_empty() {
        return None;
    }
    review_field(folded).filter(|field| wanted.has(*field))
}

/// What rules that read the fields `read` need of the columns of reviews. The reviewer comes with the review, to be shown
/// beside it.
#[must_use]
pub fn wanted(read: FieldSet) -> FieldSet {
    let of_reviews = Field::ALL.iter().filter(|field| field.is_of_reviews() && read.has(**field));
    let wanted = of_reviews.fold(FieldSet::EMPTY, |wanted, field| wanted.with(*field));
    if wanted.has(Field::LastReviewed) { wanted.with(Field::ReviewedBy) } else { wanted }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_reviews_mean_their_fields() {
        for (field, names) in HEADERS {
            assert!(field.is_of_reviews());
            for name in *names {
                assert_eq!(review_field(name), Some(*field), "{name}");
            }
        }
        for (key, field) in [
            ("lastlogin", Field::LastLogin),
            ("last logon", Field::LastLogin),
            ("pwdlastset", Field::PasswordChanged),
            ("reviewed by", Field::ReviewedBy),
        ] {
            assert_eq!(review_field(key), Some(field), "{key}");
        }
        for key in ["owners", "password", "last name", "login", "review", ""] {
            assert_eq!(review_field(key), None, "{key}");
        }
    }

    #[test]
    fn only_what_a_rule_reads_is_wanted() {
        let read = FieldSet::EMPTY.with(Field::Team).with(Field::LastReviewed);
        let wanted = wanted(read);
        assert_eq!(wanted, FieldSet::EMPTY.with(Field::LastReviewed).with(Field::ReviewedBy));
        assert_eq!(wanted_field("last review", wanted), Some(Field::LastReviewed));
        assert_eq!(wanted_field("owner", wanted), None);
        assert_eq!(wanted_field("last review", FieldSet::EMPTY), None);
    }
}
