//! Which header or key means which field.
//!
//! Names are matched without regard to case, surrounding space, or the difference between space, `_` and `-`.
//! What a site maps in its config comes before the headers known here. Nothing is guessed: two headers for one field
//! refuse the file.

use crate::diagnostic::fault::{Fault, FaultKind};
use crate::diagnostic::visible::quoted;
use crate::record::Field;
use crate::record::confusables::{odd_character, visual_skeleton};
use crate::source::Span;

/// The headers of each field that are taken without configuration, folded.
const HEADERS: &[(Field, &[&str])] = &[
    (Field::UserName, &["user name", "username", "login", "login name", "email", "e mail", "email address"]),
    (Field::FirstName, &["first name", "given name"]),
    (Field::LastName, &["last name", "surname"]),
    (Field::Roles, &["roles", "role", "assigned roles"]),
    (Field::Team, &["team", "team name"]),
    (Field::Scope, &["associated groups and teams", "scope", "groups and teams"]),
    (Field::WfmViews, &["wfm views", "wfm view", "views"]),
    (Field::MainView, &["main view", "main wfm view", "primary view"]),
    (Field::Active, &["active", "active?", "status", "enabled"]),
    (Field::Activated, &["activated", "activate date", "activation date", "start date"]),
    (Field::Deactivated, &["deactivated", "deactivate date", "deactivation date", "end date", "leaving date"]),
    (Field::Licenses, &["license", "licenses", "license type"]),
    (Field::WindowsLogin, &["windows login", "ad login"]),
    (Field::AcdId, &["acd id", "agent id"]),
    (Field::EmployeeId, &["employee id", "employment number"]),
    (Field::Password, &["password", "initial password"]),
    (Field::CreatedBy, &["created by", "creator", "requested by"]),
    (Field::Tenant, &["tenant"]),
    (Field::TimeZone, &["time zone"]),
    (Field::Locale, &["locale"]),
    (Field::QmViews, &["qm views"]),
    (Field::DisplayId, &["display id"]),
];

/// The keys of API documents and plans besides the headers, folded.
const KEYS: &[(Field, &[&str])] = &[
    (Field::FirstName, &["firstname"]),
    (Field::LastName, &["lastname"]),
    (Field::WindowsLogin, &["adlogin"]),
    (Field::AcdId, &["acdid"]),
    (Field::Team, &["groupid"]),
    (Field::EmployeeId, &["employeeid"]),
    (Field::DisplayId, &["displayid"]),
    (Field::TimeZone, &["timezone"]),
    (Field::QmViews, &["qmviews"]),
    (Field::Id, &["id", "personid"]),
    (Field::Kind, &["kind"]),
    (Field::Integration, &["integration"]),
    (Field::Activated, &["active from"]),
    (Field::Deactivated, &["active until"]),
];

/// Keys of API documents that are known and that no rule reads.
pub const SILENT_KEYS: &[&str] = &[
    "acdserverid",
    "displayname",
    "enabledforschedule",
    "ishotdeskdefaultuser",
    "ismerged",
    "isreconcileonly",
    "issynchronized",
    "issystemuser",
    "parentgroup",
    "tenantid",
];

/// Headers of the log-in and headers of an e-mail address: one of each side by side do not clash.
const LOG_IN: &[&str] = &["user name", "username", "login", "login name"];
const E_MAIL: &[&str] = &["email", "e mail", "email address"];

/// What the config says about headers and keys.
#[derive(Clone, Debug, Default)]
pub struct ColumnMap {
    /// The site's own headers, which override the built-in ones.
    pub headers: Vec<(Field, String)>,
    /// Headers that mean nothing.
    pub ignored: Vec<String>,
}

impl Default for &ColumnMap {
    fn default() -> Self {
        static NONE: ColumnMap = ColumnMap { headers: Vec::new(), ignored: Vec::new() };
        &NONE
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
}

/// `name` as names are compared.
#[must_use]
pub fn fold(name: &str) -> String {
    let fold_one = |c: char| if matches!(c, '_' | '-') { ' ' } else { c.to_ascii_lowercase() };
    name.trim_ascii().chars().map(fold_one).collect()
}

/// The field that a folded header means, without a site's own headers.
#[must_use]
pub fn by_header(folded: &str) -> Option<Field> {
    known_headers().find(|(name, _)| *name == folded).map(|(_, field)| field)
}

/// The field that a folded key of a document means.
#[must_use]
pub fn by_key(folded: &str) -> Option<Field> {
    let bare = |name: &str| -> Vec<u8> { name.bytes().filter(|byte| *byte != b' ').collect() };
    let key = bare(folded);
    known_keys().find(|(name, _)| bare(name) == key).map(|(_, field)| field)
}

fn known_headers<'k>() -> impl Iterator<Item = (&'k str, Field)> {
    HEADERS.iter().flat_map(|(field, names)| names.iter().map(|name| (*name, *field)))
}

fn known_keys<'k>() -> impl Iterator<Item = (&'k str, Field)> {
    KEYS.iter().flat_map(|(field, names)| names.iter().map(|name| (*name, *field))).chain(known_headers())
}

/// True for a key of the log-in, as against one of an e-mail address.
#[must_use]
pub fn is_log_in(folded: &str) -> bool {
    LOG_IN.contains(&folded)
}

/// True for a key of an e-mail address.
#[must_use]
pub fn is_e_mail(folded: &str) -> bool {
    E_MAIL.contains(&folded)
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
    let is_known =
        |folded: &String| map.headers.iter().any(|(_, name)| fold(name) == *folded) || by_header(folded).is_some();
    let known = headers.iter().map(|header| fold(header)).filter(is_known).count();
    known >= 2 || (known == 1 && headers.len() <= 2)
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
            return Err(duplicate(message, at, before));
        }
    }
    refuse_look_alikes(&headers, map)?;
    let mapped: Vec<_> = map.headers.iter().filter(|(_, name)| folded.contains(&fold(name))).collect();
    let field_of = |name: &String| {
        if let Some((field, _)) = mapped.iter().find(|(_, header)| fold(header) == *name) {
            return Some(*field);
        }
        // A field that the site mapped is taken from that header alone.
        by_header(name).filter(|field| !mapped.iter().any(|(taken, _)| taken == field))
    };
    let mut fields: Vec<_> = folded.iter().map(field_of).collect();
    set_e_mail_aside(&folded, &mut fields);
    let mut taken = [None; Field::COUNT];
    for (at, field) in fields.iter().enumerate() {
        let Some(field) = field else { continue };
        if let Some(before) = taken[field.index()].replace(at) {
            let both = (quoted(&headers[before].0), quoted(&headers[at].0));
            let message = format!("the headers {} and {} both mean the {}", both.0, both.1, field.label());
            return Err(duplicate(message, at, before));
        }
    }
    Ok(headers.into_iter().zip(fields).map(|((header, span), field)| HeaderMeaning { header, span, field }).collect())
}

/// Refuses a header that is not a known one but looks like one.
fn refuse_look_alikes(headers: &[(String, Span)], map: &ColumnMap) -> Result<(), Fault> {
    let mapped: Vec<_> = map.headers.iter().map(|(field, name)| (fold(name), *field)).collect();
    for (header, span) in headers.iter().filter(|(header, _)| !mapped.iter().any(|(name, _)| *name == fold(header))) {
        let known = known_headers().chain(mapped.iter().map(|(name, field)| (name.as_str(), *field)));
        if let Some((message, why)) = look_alike("header", header, known) {
            return Err(Fault::new(FaultKind::HeaderLookAlike, *span, message).with_label(why));
        }
    }
    Ok(())
}

/// The fault of an unknown key of a document that looks like a known one.
#[must_use]
pub fn look_alike_key(key: &str) -> Option<Fault> {
    look_alike("key", key, known_keys()).map(|(message, _)| Fault::of_input(FaultKind::HeaderLookAlike, message))
}

/// Why `name` is not the known name that it looks like: a message, and the odd character.
fn look_alike<'k>(
    what: &str,
    name: &str,
    mut known: impl Iterator<Item = (&'k str, Field)>,
) -> Option<(String, String)> {
    if name.is_ascii() {
        return None;
    }
    // A space of another kind leaves no trace in a skeleton.
    let bare = |name: &str| name.replace(' ', "");
    let skeleton = bare(&fold(&visual_skeleton(name)));
    // No rule needs a password's cell: under an odd name it stays unknown, and is not shown.
    let (meant, _) = known.find(|(known, field)| *field != Field::Password && bare(known) == skeleton)?;
    let why = odd_character(name).unwrap_or_else(|| "a letter has another form".to_owned());
    Some((format!("the {what} {} looks like {} but is not the same: {why}", quoted(name), quoted(meant)), why))
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

    fn resolved(headers: &[&str], map: &ColumnMap) -> Result<Vec<Option<Field>>, FaultKind> {
        let headers = headers.iter().map(|header| ((*header).to_owned(), Span::default())).collect();
        resolve(headers, map)
            .map(|columns| columns.iter().map(|column| column.field).collect())
            .map_err(|fault| fault.kind)
    }

    #[test]
    fn headers_are_matched_loosely_and_never_guessed() {
        use Field::{Roles, Team, UserName};
        let map = ColumnMap { headers: vec![(UserName, "Login Mail".to_owned())], ignored: Vec::new() };
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
    fn a_data_row_is_no_header_row() {
        let is_header = |cells: &[&str]| {
            is_header_row(&cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>(), &ColumnMap::default())
        };
        assert!(is_header(&["User Name", "First Name", "x"]));
        assert!(is_header(&["User Name"]));
        assert!(!is_header(&["a@acme.example", "API", "Active", "Team"]));
        assert!(!is_header(&["hunter2"]));
        assert!(!is_header(&["a", "b", "Active"]));
    }

    #[test]
    fn a_near_header_is_found() {
        assert_eq!(nearest("User Nmae").map(|(_, field)| field), Some(Field::UserName));
        assert_eq!(nearest("Passw0rd").map(|(_, field)| field), Some(Field::Password));
        assert_eq!(nearest("Shoe Size"), None);
    }
}
