//! Which header or key means which field.
//!
//! What a site maps in its config comes before the headers known here. Nothing is guessed: two headers for one field
//! refuse the file.

mod known;
mod near_miss;

use super::key_words::WordList;
use super::review_columns::wanted_field;
use super::secret_keys::SecretKey;
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::diagnostic::visible::{quoted, toml_string};
use crate::record::confusables::{odd_character, visual_skeleton};
use crate::record::{Field, FieldSet};
use crate::source::Span;
use known::known_keys;

pub(super) use known::known_headers;
pub use known::{SILENT_KEYS, by_header, by_key, fold, is_e_mail, is_log_in};
pub(super) use near_miss::near_misses;
pub use near_miss::{activity_fault, near_miss, near_miss_fault, near_miss_key};

/// Headers that cells can hold too: a few of them do not make a header row.
const ALSO_VALUES: WordList = WordList(
    "activated active active? creator deactivated enabled enabled? licence licences license licenses locale password \
    role roles scope status team tenant views",
);

/// What the config says about headers and keys.
#[derive(Clone, Debug, Default)]
pub struct ColumnMap {
    /// The site's own headers, which override the built-in ones.
    pub headers: Vec<(Field, String)>,
    /// Headers that mean nothing.
    pub ignored: Vec<String>,
    /// The fields of reviews that some rule reads: headers of others mean nothing.
    pub of_reviews: FieldSet,
}

impl Default for &ColumnMap {
    fn default() -> Self {
        static NONE: ColumnMap = ColumnMap { headers: Vec::new(), ignored: Vec::new(), of_reviews: FieldSet::EMPTY };
        &NONE
    }
}

impl ColumnMap {
    fn maps(&self, folded: &str) -> bool {
        self.headers.iter().any(|(_, name)| fold(name) == folded)
    }

    /// True for a folded header or key that means nothing.
    #[must_use]
    pub fn ignores(&self, folded: &str) -> bool {
        self.ignored.iter().any(|name| fold(name) == folded)
    }
}

/// What a header of a table means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeaderMeaning {
    /// The header as written, decoded.
    pub header: String,
    /// Where it is.
    pub span: Span,
    /// `None` if it is not a known header.
    pub field: Option<Field>,
    /// It speaks of a change, age or state of passwords, known or not: its cells are secrets if they say anything else.
    pub is_about_passwords: bool,
}

/// The known header that is most like `header`, if one is close.
#[must_use]
pub fn nearest(header: &str) -> Option<(&'static str, Field)> {
    let folded = fold(header);
    let scored = known_headers().map(|(name, field)| (strsim::jaro_winkler(&folded, name), name, field));
    scored.filter(|(score, ..)| *score > 0.84).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, name, field)| (name, field))
}

/// True if `headers` can only be a header row: enough of them are known, and none is an address.
#[must_use]
pub fn is_header_row(headers: &[String], map: &ColumnMap) -> bool {
    if headers.iter().any(|header| header.contains('@')) {
        return false;
    }
    let is_known = |folded: &String| {
        map.maps(folded) || by_header(folded).or_else(|| wanted_field(folded, map.of_reviews)).is_some()
    };
    let known: Vec<String> = headers.iter().map(|header| fold(header)).filter(is_known).collect();
    // A first row of values may hold a team called Team and the word Active, and a password beside them.
    let is_certain = known.iter().any(|header| !ALSO_VALUES.contains(header)) || known.len() == headers.len();
    is_certain && (known.len() >= 2 || (known.len() == 1 && headers.len() <= 2))
}

/// How the config says which of two headers or keys gives a field.
#[must_use]
pub fn choose(field: Field, names: [&str; 2]) -> String {
    let [first, second] = names.map(|name| mapping(field, name));
    format!("Under `[columns]` in the config write `{first}` or `{second}`, whichever is right.")
}

/// The line of the config that maps a header or key to a field.
fn mapping(field: Field, name: &str) -> String {
    format!("{} = {}", field.name(), toml_string(name.trim()))
}

/// Gives every header its field.
///
/// # Errors
/// A fault if one header is there twice or two mean one field.
pub fn resolve(headers: Vec<(String, Span)>, map: &ColumnMap) -> Result<Vec<HeaderMeaning>, Fault> {
    let folded: Vec<_> = headers.iter().map(|(header, _)| fold(header)).collect();
    let duplicate = |message: String, at: usize, before: usize| {
        Fault::new(FaultKind::HeaderDuplicate, headers[at].1, message).and(headers[before].1, "the other one")
    };
    for (at, name) in folded.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
        if let Some(before) = folded[..at].iter().position(|earlier| earlier == name) {
            let message = format!("the header {} appears twice", quoted(&headers[at].0));
            let remedy = format!("Rename or remove one of the two columns {}.", quoted(&headers[at].0));
            return Err(duplicate(message, at, before).with_remedy(remedy));
        }
    }
    refuse_look_alikes(&headers, map)?;
    let mapped: Vec<_> = map.headers.iter().filter(|(_, name)| folded.contains(&fold(name))).collect();
    let secrets: Vec<_> = headers.iter().map(|(header, _)| SecretKey::of_key(header)).collect();
    let field_of = |(name, secret): (&String, &Option<SecretKey>)| {
        if let Some((field, _)) = mapped.iter().find(|(_, header)| fold(header) == *name) {
            return Some(*field);
        }
        let is_password = *secret == Some(SecretKey::Password);
        if map.ignores(name) && !is_password {
            return None;
        }
        // A field that the site mapped is taken from that header alone; every column of passwords is one.
        let known = by_header(name).or_else(|| wanted_field(name, map.of_reviews));
        let field = known.filter(|field| !mapped.iter().any(|(taken, _)| taken == field));
        field.or(is_password.then_some(Field::Password))
    };
    let mut fields: Vec<_> = folded.iter().zip(&secrets).map(field_of).collect();
    set_e_mail_aside(&folded, &mut fields);
    let mut taken = [None; Field::COUNT];
    for (at, field) in fields.iter().enumerate() {
        let Some(field) = field.filter(|field| *field != Field::Password) else { continue };
        if let Some(before) = taken[field.index()].replace(at) {
            let both = (quoted(&headers[before].0), quoted(&headers[at].0));
            let message = format!("the headers {} and {} both mean the {}", both.0, both.1, field.label());
            let remedy = choose(field, [before, at].map(|at| headers[at].0.as_str()));
            return Err(duplicate(message, at, before).with_remedy(remedy));
        }
    }
    let meaning = |((header, span), (field, secret)): ((String, Span), (Option<Field>, Option<SecretKey>))| {
        let is_about_passwords = match field {
            None => secret == Some(SecretKey::AboutPassword),
            Some(field) => field == Field::PasswordChanged,
        };
        HeaderMeaning { header, span, field, is_about_passwords }
    };
    Ok(headers.into_iter().zip(fields.into_iter().zip(secrets)).map(meaning).collect())
}

/// Refuses a header that is not a known one but looks like one.
fn refuse_look_alikes(headers: &[(String, Span)], map: &ColumnMap) -> Result<(), Fault> {
    let mapped: Vec<_> = map.headers.iter().map(|(field, name)| (fold(name), *field)).collect();
    for (header, span) in headers.iter().filter(|(header, _)| !mapped.iter().any(|(name, _)| *name == fold(header))) {
        let site = mapped.iter().map(|(name, field)| (name.as_str(), *field));
        let found = look_alike("header", header, known_headers()).or_else(|| look_alike("header", header, site));
        if let Some(LookAlike { message, why, field }) = found {
            let fault = Fault::new(FaultKind::HeaderLookAlike, *span, message).with_label(why);
            return Err(fault.with_remedy(format!(
                "Retype the header in plain letters, or write `{}` under `[columns]` in the config.",
                mapping(field, header)
            )));
        }
    }
    Ok(())
}

/// The fault of an unknown key of a document that looks like a known one.
#[must_use]
pub fn look_alike_key(key: &str) -> Option<Fault> {
    let fault = |found: LookAlike| {
        let remedy = format!(
            "Retype the key in plain letters, or write `{}` under `[columns]` in the config.",
            mapping(found.field, key)
        );
        Fault::of_input(FaultKind::HeaderLookAlike, found.message).with_remedy(remedy)
    };
    look_alike("key", key, known_keys()).map(fault)
}

/// A name that is not the known one which it looks like.
struct LookAlike {
    message: String,
    /// The odd character.
    why: String,
    /// What it would mean.
    field: Field,
}

fn look_alike<'k>(what: &str, name: &str, mut known: impl Iterator<Item = (&'k str, Field)>) -> Option<LookAlike> {
    if name.is_ascii() {
        return None;
    }
    // A space of another kind leaves no trace in a skeleton.
    let bare = |name: &str| name.replace(' ', "");
    let skeleton = bare(&fold(&visual_skeleton(name)));
    // No rule needs a password's cell: under an odd name it stays unknown, and is not shown.
    let (meant, field) = known.find(|(known, field)| *field != Field::Password && bare(known) == skeleton)?;
    let why = odd_character(name).unwrap_or_else(|| "a letter has another form".to_owned());
    let message = format!("the {what} {} looks like {} but is not the same: {why}", quoted(name), quoted(meant));
    Some(LookAlike { message, why, field })
}

/// With one log-in header beside one e-mail header, the log-in is the user name.
fn set_e_mail_aside(folded: &[String], fields: &mut [Option<Field>]) {
    let user_names = |is_one: fn(&str) -> bool, fields: &[Option<Field>]| -> Vec<usize> {
        (0..folded.len()).filter(|at| is_one(&folded[*at]) && fields[*at] == Some(Field::UserName)).collect()
    };
    let (log_ins, e_mails) = (user_names(is_log_in, fields), user_names(is_e_mail, fields));
    if let ([_], [e_mail]) = (log_ins.as_slice(), e_mails.as_slice()) {
        fields[*e_mail] = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::review_columns::review_field;

    fn resolved(headers: &[&str], map: &ColumnMap) -> Result<Vec<Option<Field>>, FaultKind> {
        let headers = headers.iter().map(|header| ((*header).to_owned(), Span::default())).collect();
        resolve(headers, map)
            .map(|columns| columns.iter().map(|column| column.field).collect())
            .map_err(|fault| fault.kind)
    }

    #[test]
    fn headers_are_matched_loosely_and_never_guessed() {
        use Field::{Roles, Team, UserName};
        let map = ColumnMap {
            headers: vec![(UserName, "Login Mail".to_owned())],
            ignored: Vec::new(),
            ..ColumnMap::default()
        };
        assert_eq!(
            resolved(&[" USER_NAME", "assigned-roles", "Teams"], &ColumnMap::default()),
            Ok(vec![Some(UserName), Some(Roles), None])
        );
        assert_eq!(
            resolved(&["Login", "Email", "Team"], &ColumnMap::default()),
            Ok(vec![Some(UserName), None, Some(Team)])
        );
        assert_eq!(resolved(&["Login Mail", "Email"], &map), Ok(vec![Some(UserName), None]));
        assert_eq!(resolved(&["Email", ""], &map), Ok(vec![Some(UserName), None]));
        for twice in [
            &["Team", "team"][..],
            &["Team", "Team Name"],
            &["Email", "E-mail"],
            &["Login", "User Name", "Email"],
            &["Note", "note"],
        ] {
            assert_eq!(resolved(twice, &ColumnMap::default()), Err(FaultKind::HeaderDuplicate), "{twice:?}");
        }
    }

    #[test]
    fn headers_of_reviews_mean_nothing_unless_a_rule_reads_them() {
        let headers = ["User Name", "Owner", "Password Changed"];
        assert_eq!(resolved(&headers, &ColumnMap::default()), Ok(vec![Some(Field::UserName), None, None]));
        let of_reviews = FieldSet::EMPTY.with(Field::Owner);
        let map = ColumnMap { of_reviews, ..ColumnMap::default() };
        assert_eq!(resolved(&headers, &map), Ok(vec![Some(Field::UserName), Some(Field::Owner), None]));
        assert!(known_keys().all(|(name, _)| review_field(name).is_none()), "no header has two meanings");
    }

    #[test]
    fn a_data_row_is_no_header_row() {
        let is_header = |cells: &[&str]| {
            is_header_row(&cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>(), &ColumnMap::default())
        };
        assert!(is_header(&["User Name", "First Name", "x"]));
        assert!(is_header(&["User Name"]));
        assert!(!is_header(&["a@acme.example", "API", "Active", "Team"]));
        assert!(!is_header(&["hunter2"]));
        assert!(!is_header(&["a", "b", "Active"]));
        assert!(!is_header(&["svc", "Team", "Active", "hunter2"]));
        assert!(!is_header(&["Role", "Active", "hunter2"]));
        assert!(is_header(&["Status", "Team", "Role"]));
    }

    #[test]
    fn every_header_of_passwords_is_one_in_any_language() {
        let none = ColumnMap::default();
        let headers = ["User Name", "Password", "Kennwort", "Temp Password", "Mot de passe", "Password Last Set"];
        let fields = resolved(&headers, &none).expect("no clash");
        assert_eq!(fields[1..5], [Some(Field::Password); 4]);
        assert_eq!(fields[5], None);
    }

    #[test]
    fn a_near_header_is_found() {
        assert_eq!(nearest("User Nmae").map(|(_, field)| field), Some(Field::UserName));
        assert_eq!(nearest("Passw0rd").map(|(_, field)| field), Some(Field::Password));
        assert_eq!(nearest("Shoe Size"), None);
    }
}
