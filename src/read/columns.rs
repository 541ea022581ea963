//! Which header or key means which field.
//!
//! Names are matched without regard to case, surrounding space, or the difference between space, `_` and `-`.
//! What a site maps in its config goes before the names known here. Nothing is guessed: two headers for one
//! field refuse the file.

use crate::diagnostic::fault::{Fault, FaultKind};
use crate::diagnostic::visible::quoted;
use crate::record::confusables::{odd_character, visual_skeleton};
use crate::record::{Field, FieldSet};
use crate::source::Span;

/// Headers taken without configuration, folded.
const ALIASES: &[(&str, Field)] = &[
    ("user name", Field::UserName),
    ("username", Field::UserName),
    ("login", Field::UserName),
    ("login name", Field::UserName),
    ("email", Field::UserName),
    ("e mail", Field::UserName),
    ("email address", Field::UserName),
    ("first name", Field::FirstName),
    ("given name", Field::FirstName),
    ("last name", Field::LastName),
    ("surname", Field::LastName),
    ("roles", Field::Roles),
    ("role", Field::Roles),
    ("assigned roles", Field::Roles),
    ("team", Field::Team),
    ("team name", Field::Team),
    ("associated groups and teams", Field::Scope),
    ("scope", Field::Scope),
    ("groups and teams", Field::Scope),
    ("wfm views", Field::WfmViews),
    ("wfm view", Field::WfmViews),
    ("views", Field::WfmViews),
    ("main view", Field::MainView),
    ("main wfm view", Field::MainView),
    ("primary view", Field::MainView),
    ("active", Field::Active),
    ("active?", Field::Active),
    ("status", Field::Active),
    ("enabled", Field::Active),
    ("activated", Field::Activated),
    ("activate date", Field::Activated),
    ("activation date", Field::Activated),
    ("start date", Field::Activated),
    ("deactivated", Field::Deactivated),
    ("deactivate date", Field::Deactivated),
    ("deactivation date", Field::Deactivated),
    ("end date", Field::Deactivated),
    ("leaving date", Field::Deactivated),
    ("license", Field::Licenses),
    ("licenses", Field::Licenses),
    ("license type", Field::Licenses),
    ("windows login", Field::WindowsLogin),
    ("ad login", Field::WindowsLogin),
    ("acd id", Field::AcdId),
    ("agent id", Field::AcdId),
    ("employee id", Field::EmployeeId),
    ("employment number", Field::EmployeeId),
    ("password", Field::Password),
    ("initial password", Field::Password),
    ("created by", Field::CreatedBy),
    ("creator", Field::CreatedBy),
    ("requested by", Field::CreatedBy),
    ("tenant", Field::Tenant),
    ("time zone", Field::TimeZone),
    ("locale", Field::Locale),
    ("qm views", Field::QmViews),
    ("display id", Field::DisplayId),
];

/// Keys of API documents and plans besides the headers, folded.
const KEYS: &[(&str, Field)] = &[
    ("firstname", Field::FirstName),
    ("lastname", Field::LastName),
    ("adlogin", Field::WindowsLogin),
    ("acdid", Field::AcdId),
    ("groupid", Field::Team),
    ("employeeid", Field::EmployeeId),
    ("displayid", Field::DisplayId),
    ("timezone", Field::TimeZone),
    ("qmviews", Field::QmViews),
    ("id", Field::Id),
    ("personid", Field::Id),
    ("kind", Field::Kind),
    ("integration", Field::Integration),
    ("active from", Field::Activated),
    ("active until", Field::Deactivated),
];

/// Keys of API documents that are known and say nothing a rule asks for.
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

/// Headers that name the log-in and headers that name an e-mail address: side by side they are no clash.
const LOG_IN: &[&str] = &["user name", "username", "login", "login name"];
const E_MAIL: &[&str] = &["email", "e mail", "email address"];

/// A site's own headers.
pub type ColumnMap = [(Field, String)];

/// A header of a table and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// The header as written, decoded.
    pub header: String,
    /// Where it stands.
    pub span: Span,
    /// What it means, if anything.
    pub field: Option<Field>,
}

/// `name` as names are compared.
#[must_use]
pub fn fold(name: &str) -> String {
    let fold_one = |c: char| if matches!(c, '_' | '-') { ' ' } else { c.to_ascii_lowercase() };
    name.trim_ascii().chars().map(fold_one).collect()
}

/// The field a header means, without a site's own names.
#[must_use]
pub fn by_header(folded: &str) -> Option<Field> {
    find(ALIASES, folded)
}

/// The field a key of a document means.
#[must_use]
pub fn by_key(folded: &str) -> Option<Field> {
    find(KEYS, folded).or_else(|| find(ALIASES, folded))
}

fn find(names: &[(&str, Field)], folded: &str) -> Option<Field> {
    names.iter().find(|(name, _)| *name == folded).map(|(_, field)| *field)
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

/// The known header most like `header`, where one is close.
#[must_use]
pub fn nearest(header: &str) -> Option<(&'static str, Field)> {
    let folded = fold(header);
    let scored = ALIASES.iter().map(|(name, field)| (strsim::jaro_winkler(&folded, name), *name, *field));
    scored.filter(|(score, ..)| *score > 0.84).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, name, field)| (name, field))
}

/// True where `headers` can only be a row of headers: enough of them are known, and none is an address.
#[must_use]
pub fn is_header_row(headers: &[String], map: &ColumnMap) -> bool {
    if headers.iter().any(|header| header.contains('@')) {
        return false;
    }
    let is_mapped = |folded: &str| map.iter().any(|(_, name)| fold(name) == folded);
    let known = headers
        .iter()
        .map(|header| fold(header))
        .filter(|folded| is_mapped(folded) || by_header(folded).is_some())
        .count();
    known >= 2 || (known == 1 && headers.len() <= 2)
}

/// Gives every header its field.
///
/// # Errors
/// A fault where one header stands twice or two mean one field.
pub fn resolve(headers: Vec<(String, Span)>, map: &ColumnMap) -> Result<Vec<Column>, Fault> {
    let folded: Vec<_> = headers.iter().map(|(header, _)| fold(header)).collect();
    for (at, name) in folded.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
        if let Some(before) = folded[..at].iter().position(|earlier| earlier == name) {
            let message = format!("the header {} stands twice", quoted(&headers[at].0));
            return Err(clash(message, &headers, at, before));
        }
    }
    refuse_look_alikes(&headers, map)?;
    let mapped: Vec<_> = map.iter().filter(|(_, name)| folded.contains(&fold(name))).collect();
    let field_of = |name: &str| {
        if let Some((field, _)) = mapped.iter().find(|(_, header)| fold(header) == name) {
            return Some(*field);
        }
        // What the site mapped is taken: the known name of the same field no longer is.
        by_header(name).filter(|field| !mapped.iter().any(|(taken, _)| taken == field))
    };
    let mut fields: Vec<_> = folded.iter().map(|name| field_of(name)).collect();
    set_e_mail_aside(&folded, &mut fields);
    let mut taken = [None; Field::COUNT];
    for (at, field) in fields.iter().enumerate() {
        let Some(field) = field else { continue };
        if let Some(before) = taken[field.index()].replace(at) {
            let both = (quoted(&headers[before].0), quoted(&headers[at].0));
            let message = format!("the headers {} and {} both mean the {}", both.0, both.1, field.label());
            return Err(clash(message, &headers, at, before));
        }
    }
    Ok(headers.into_iter().zip(fields).map(|((header, span), field)| Column { header, span, field }).collect())
}

/// A header that is none of the known ones and looks like one.
fn refuse_look_alikes(headers: &[(String, Span)], map: &ColumnMap) -> Result<(), Fault> {
    for (header, span) in headers {
        let written = fold(header);
        let mapped: Vec<String> = map.iter().map(|(_, mapped)| fold(mapped)).collect();
        if mapped.contains(&written) {
            continue;
        }
        let aliases = ALIASES.iter().map(|(name, field)| (*name, *field));
        let mapped = map.iter().zip(&mapped).map(|((field, _), name)| (name.as_str(), *field));
        if let Some(found) = look_alike("header", header, aliases.chain(mapped)) {
            return Err(Fault::new(FaultKind::HeaderLookAlike, *span, found.message).with_label(found.why));
        }
    }
    Ok(())
}

/// The fault of an unknown key of a document that looks like a known one.
#[must_use]
pub fn look_alike_key(key: &str) -> Option<Fault> {
    let known = KEYS.iter().chain(ALIASES).map(|(name, field)| (*name, *field));
    look_alike("key", key, known).map(|found| Fault::of_input(FaultKind::HeaderLookAlike, found.message))
}

/// What a name looks like, in words.
struct LookAlike {
    message: String,
    why: String,
}

/// The known name that `name` looks like.
fn look_alike<'k>(what: &str, name: &str, mut known: impl Iterator<Item = (&'k str, Field)>) -> Option<LookAlike> {
    if name.is_ascii() {
        return None;
    }
    // A space that is none leaves no trace in a look.
    let bare = |name: &str| name.replace(' ', "");
    let looks = bare(&fold(&visual_skeleton(name)));
    // No demand rests on a password's cell: under an odd name it stays unknown, and unseen.
    let (meant, _) = known.find(|(known, field)| *field != Field::Password && bare(known) == looks)?;
    let why = odd_character(name).unwrap_or_else(|| "a letter has another form".to_owned());
    let message = format!("the {what} {} looks like {} and is another: {why}", quoted(name), quoted(meant));
    Some(LookAlike { message, why })
}

/// One log-in header beside one e-mail header: the log-in is the user name.
fn set_e_mail_aside(folded: &[String], fields: &mut [Option<Field>]) {
    let is_user_name = |at: &usize| fields[*at] == Some(Field::UserName);
    let log_ins =
        folded.iter().enumerate().filter(|(_, name)| is_log_in(name)).map(|(at, _)| at).filter(is_user_name).count();
    let e_mails: Vec<_> =
        folded.iter().enumerate().filter(|(_, name)| is_e_mail(name)).map(|(at, _)| at).filter(is_user_name).collect();
    if let (1, [e_mail]) = (log_ins, e_mails.as_slice()) {
        fields[*e_mail] = None;
    }
}

fn clash(message: String, headers: &[(String, Span)], at: usize, before: usize) -> Fault {
    Fault::new(FaultKind::HeaderDuplicate, headers[at].1, message).and(headers[before].1, "the other one")
}

/// The fields that columns carry.
#[must_use]
pub fn fields_of(columns: &[Column]) -> FieldSet {
    columns.iter().filter_map(|column| column.field).fold(FieldSet::EMPTY, FieldSet::with)
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
        let map = [(UserName, "Login Mail".to_owned())];
        assert_eq!(
            resolved(&[" USER_NAME", "assigned-roles", "Teams"], &[]),
            Ok(vec![Some(UserName), Some(Roles), None])
        );
        assert_eq!(resolved(&["Login", "Email", "Team"], &[]), Ok(vec![Some(UserName), None, Some(Team)]));
        assert_eq!(resolved(&["Login Mail", "Email"], &map), Ok(vec![Some(UserName), None]));
        assert_eq!(resolved(&["Email", ""], &map), Ok(vec![Some(UserName), None]));
        for twice in [
            &["Team", "team"][..],
            &["Team", "Team Name"],
            &["Email", "E-mail"],
            &["Login", "User Name", "Email"],
            &["Note", "note"],
        ] {
            assert_eq!(resolved(twice, &[]), Err(FaultKind::HeaderDuplicate), "{twice:?}");
        }
    }

    #[test]
    fn a_data_row_is_no_header_row() {
        let is_header =
            |cells: &[&str]| is_header_row(&cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>(), &[]);
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
