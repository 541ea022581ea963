//! Headers and keys that are nearly known ones, or say more of what a known one says: they are not read, and the run says so.

use super::known::{SILENT_KEYS, by_header, by_key, fold, is_e_mail, known_headers, known_keys};
use super::{ColumnMap, HeaderMeaning, mapping};
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::diagnostic::visible::{quoted, toml_string};
use crate::read::key_words::{WordList, words, words_known};
use crate::read::secret_keys::SecretKey;
use crate::record::{Field, FieldSet};
use crate::source::Span;

/// Headers that are nearly known ones but have a meaning of their own, folded.
const NO_NEAR_MISSES: &[&str] = &["created", "viewer"];

/// The known header that an unknown one nearly is: the same words in another order or number, or at most two letters
/// off. A header that the config maps or ignores is not a near miss.
#[must_use]
pub fn near_miss(header: &str, map: &ColumnMap) -> Option<(&'static str, Field)> {
    by_header(&fold(header)).is_none().then(|| near_miss_of(header, map, known_headers())).flatten()
}

/// Like [`near_miss`] for a key of a document.
#[must_use]
pub fn near_miss_key(key: &str, map: &ColumnMap) -> Option<(&'static str, Field)> {
    let folded = fold(key);
    let is_known = by_key(&folded).is_some() || SILENT_KEYS.contains(&folded.as_str());
    (!is_known).then(|| near_miss_of(key, map, known_keys())).flatten()
}

fn near_miss_of(
    header: &str,
    map: &ColumnMap,
    mut known: impl Iterator<Item = (&'static str, Field)>,
) -> Option<(&'static str, Field)> {
    let folded = fold(header);
    let is_clear = map.maps(&folded)
        || map.ignores(&folded)
        || NO_NEAR_MISSES.contains(&folded.as_str())
        || SecretKey::of_key(header).is_some();
    let (whole, bare) = (HeaderSpelling::new(header), HeaderSpelling::without_marks(header));
    let is_near = |(name, field): &(&'static str, Field)| {
        let known = HeaderSpelling::new(name);
        // Another e-mail address changes nothing.
        let is_repeated =
            || REPEATED.has(*field) && !is_e_mail(name) && bare.as_ref().is_some_and(|bare| bare.words == known.words);
        whole.is_near(&known) || is_repeated() || (*field == Field::Roles && whole.is_of_more_roles(&known))
    };
    (!is_clear).then(|| known.find(is_near)).flatten()
}

/// Words by which a header speaks of more roles, or takes some back.
const BESIDE_ROLES: WordList = WordList(
    "additional all denied direct effective expire expired expiration expiry extra further inactive inherited more other \
    pending removed revoked secondary temporary until",
);

/// The fields that a second column of the same name would change. A table read by another program has it as `Roles.1`.
const REPEATED: FieldSet = FieldSet::EMPTY
    .with(Field::UserName)
    .with(Field::Roles)
    .with(Field::Team)
    .with(Field::Scope)
    .with(Field::WfmViews)
    .with(Field::MainView)
    .with(Field::Active)
    .with(Field::Activated)
    .with(Field::Deactivated)
    .with(Field::Licenses)
    .with(Field::CreatedBy)
    .with(Field::Tenant)
    .with(Field::Kind);

/// A header in the form that near misses are compared in.
struct HeaderSpelling {
    /// In singular, in order of the alphabet.
    words: Vec<String>,
    letters: String,
}

impl HeaderSpelling {
    fn new(header: &str) -> Self {
        let singular = |word: String| match word.strip_suffix('s') {
            Some(stem) if stem.len() > 2 && !stem.ends_with('s') => stem.to_owned(),
            _ => word,
        };
        let mut words: Vec<String> = words(header).into_iter().map(singular).collect();
        words.sort_unstable();
        Self { words, letters: header.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect() }
    }

    /// A header without the marks that tell columns of one name apart: `Roles.1`, `Role 2`, `roles[0]`, `Team(s)`.
    /// `None` if it has none.
    fn without_marks(header: &str) -> Option<Self> {
        let mut spelling = Self::new(header);
        let words = spelling.words.len();
        spelling.words.retain(|word| word != "s" && !word.bytes().all(|byte| byte.is_ascii_digit()));
        (spelling.words.len() < words).then_some(spelling)
    }

    /// True for a header of roles beside those of the column that is called so, such as `Additional Roles`.
    fn is_of_more_roles(&self, known: &Self) -> bool {
        let is_beside = |word: &String| BESIDE_ROLES.contains(word);
        self.words.iter().any(is_beside)
            && known.words.iter().all(|word| self.words.contains(word))
            && self.words.iter().all(|word| known.words.contains(word) || is_beside(word))
    }

    fn is_near(&self, known: &Self) -> bool {
        const MIN_LETTERS: usize = 6;
        let (length, known_length) = (self.letters.chars().count(), known.letters.chars().count());
        let is_long = length.min(known_length) >= MIN_LETTERS && length.abs_diff(known_length) <= 2;
        self.words == known.words
            || (is_long && !self.replaces_a_word(known) && strsim::osa_distance(&self.letters, &known.letters) <= 2)
    }

    /// True for `Created On` as against `Created By`: another word is not a slip.
    fn replaces_a_word(&self, known: &Self) -> bool {
        let own: Vec<_> = self.words.iter().filter(|word| !known.words.contains(word)).collect();
        let others: Vec<_> = known.words.iter().filter(|word| !self.words.contains(word)).collect();
        match (own.as_slice(), others.as_slice()) {
            ([own], [other]) if known.words.len() > 1 => !own.chars().any(|c| other.contains(c)),
            _ => false,
        }
    }
}

/// The faults of headers that are nearly known ones.
pub(in crate::read) fn near_misses(columns: &[HeaderMeaning], map: &ColumnMap) -> Vec<Fault> {
    let is_unknown = |column: &&HeaderMeaning| column.field.is_none() && !column.is_about_passwords;
    let fields = columns.iter().filter_map(|column| column.field).fold(FieldSet::EMPTY, FieldSet::with);
    let fault = |column: &HeaderMeaning| {
        let near = near_miss(&column.header, map);
        let near = near.map(|(known, field)| near_miss_fault("header", &column.header, column.span, known, field));
        near.or_else(|| activity_fault("header", &column.header, column.span, fields, map))
    };
    columns.iter().filter(is_unknown).filter_map(fault).collect()
}

/// The fault of a header or key that says whether accounts are active, in an input whose `fields` do not say it otherwise.
#[must_use]
pub fn activity_fault(what: &str, name: &str, span: Span, fields: FieldSet, map: &ColumnMap) -> Option<Fault> {
    const WHOSE: WordList = WordList("account employee flag in is log login logon on record user");
    const YES: WordList = WordList("active enabled status");
    const NO: WordList = WordList("archived deleted disabled inactive suspended terminated");
    let has_activity = [Field::Active, Field::Activated, Field::Deactivated].iter().any(|field| fields.has(*field));
    let folded = fold(name);
    let words = words_known(name, &[WHOSE, YES, NO]);
    let is_no = words.iter().any(|word| NO.contains(word));
    let is_state = is_no || words.iter().any(|word| YES.contains(word));
    let is_of_account = words.iter().all(|word| [WHOSE, YES, NO].iter().any(|list| list.contains(word)));
    if has_activity || !is_state || !is_of_account || map.maps(&folded) || map.ignores(&folded) {
        return None;
    }
    let message = format!("the {what} {} may say which accounts are active, and was not read", quoted(name));
    let read = if is_no {
        "Say in a column `Active` which accounts are active".to_owned()
    } else {
        format!("Under `[columns]` in the config write `{}` if that is what it means", mapping(Field::Active, name))
    };
    let remedy = format!("{read}, or `ignore = [{}]` under `[columns]` if it is not.", toml_string(name));
    Some(Fault::new(FaultKind::ColumnNearMiss, span, message).with_remedy(remedy))
}

/// The fault of a header or key that is nearly the `known` one.
#[must_use]
pub fn near_miss_fault(what: &str, name: &str, span: Span, known: &str, field: Field) -> Fault {
    let text = toml_string(name);
    let spelling = HeaderSpelling::new(known);
    let is_repeated = HeaderSpelling::without_marks(name).is_some_and(|bare| bare.words == spelling.words)
        || (field == Field::Roles && HeaderSpelling::new(name).is_of_more_roles(&spelling));
    let (message, remedy) = if is_repeated {
        (
            format!("the {what} {} may say more of what `{known}` says, and was not read", quoted(name)),
            format!(
                "Put the {} of both into one column, or write `ignore = [{text}]` under `[columns]` in the config.",
                field.label()
            ),
        )
    } else {
        (
            format!("the {what} {} is nearly the known {what} `{known}`, and was not read", quoted(name)),
            format!(
                "Under `[columns]` in the config write `{}` if that is what it means, or `ignore = [{text}]` if it is not.",
                mapping(field, name)
            ),
        )
    };
    Fault::new(FaultKind::ColumnNearMiss, span, message).with_remedy(remedy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_near_misses_and_other_words_are_not() {
        let map = ColumnMap {
            headers: vec![(Field::Team, "Teams".to_owned())],
            ignored: vec!["Role_s".to_owned()],
            ..ColumnMap::default()
        };
        let near = |header: &str| near_miss(header, &map).map(|(_, field)| field);
        for (header, field) in [
            ("User Nmae", Field::UserName),
            ("Name, User", Field::UserName),
            ("User Names", Field::UserName),
            ("Roles Assigned", Field::Roles),
            ("Asigned Roles", Field::Roles),
            ("Team Names", Field::Team),
            ("Group and Team", Field::Scope),
            ("Passwrod", Field::Password),
            ("Views (WFM)", Field::WfmViews),
            ("Date Activated", Field::Activated),
            ("Statsu", Field::Active),
            ("Lisence", Field::Licenses),
            ("employeeid", Field::EmployeeId),
            ("Roles.1", Field::Roles),
            ("Role(s)", Field::Roles),
            ("roles[0]", Field::Roles),
            ("roles/1/name", Field::Roles),
            ("Scope_2", Field::Scope),
            ("Login 2", Field::UserName),
            ("Tenant.1", Field::Tenant),
            ("Last Name 2", Field::LastName),
            ("Additional Roles", Field::Roles),
            ("deniedRoles", Field::Roles),
            ("Roles (inactive)", Field::Roles),
            ("Role Expires", Field::Roles),
        ] {
            assert_eq!(near(header), Some(field), "{header}");
        }
        for header in [
            "User Name",
            "user-name",
            "Teams",
            "role s",
            "Created On",
            "Created At",
            "Created",
            "Department",
            "Phone",
            "Full Name",
            "Middle Name",
            "Last Login",
            "Cost Centre",
            "Manager",
            "Site",
            "Note",
            "Gender",
            "Location",
            "Job Title",
            "Hire Date",
            "Birth Date",
            "Password Last Set",
            "api_key",
            "Team Lead",
            "Extension",
            "Country",
            "Email 2",
            "Address 2",
            "Role 2 Start",
            "Role Description",
            "Role ID",
            "Other Phone",
        ] {
            assert_eq!(near(header), None, "{header}");
        }
    }

    #[test]
    fn headers_of_activity_are_told_where_nothing_else_says_it() {
        let map = ColumnMap { ignored: vec!["User Status".to_owned()], ..ColumnMap::default() };
        let is_told = |name: &str, fields| activity_fault("header", name, Span::default(), fields, &map).is_some();
        for name in ["Account Status", "accountEnabled", "Disabled", "isDeleted", "Login Enabled", "suspended"] {
            assert!(is_told(name, FieldSet::EMPTY), "{name}");
            assert!(!is_told(name, FieldSet::EMPTY.with(Field::Active)), "{name}");
        }
        for name in
            ["State", "User Status", "Agent State", "Deleted By", "Employment Type", "Account", "Marital Status"]
        {
            assert!(!is_told(name, FieldSet::EMPTY), "{name}");
        }
    }
}
