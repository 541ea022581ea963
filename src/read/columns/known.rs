//! The headers and keys that have a meaning without any config, and how names are compared: without regard to case,
//! surrounding space, or the difference between space, `_` and `-`.

use crate::read::spaceless::field_named;
use crate::record::Field;

/// The headers of each field that are taken without configuration, folded.
const HEADERS: &[(Field, &[&str])] = &[
    (Field::UserName, LOG_IN),
    (Field::UserName, E_MAIL),
    (Field::FirstName, &["first name", "given name"]),
    (Field::LastName, &["last name", "surname"]),
    (Field::Roles, &["roles", "role", "assigned roles", "role name", "role names"]),
    (Field::Team, &["team", "team name"]),
    (Field::Scope, &["associated groups and teams", "scope", "groups and teams"]),
    (Field::WfmViews, &["wfm views", "wfm view", "views"]),
    (Field::MainView, &["main view", "main wfm view", "primary view"]),
    (Field::Active, &["active", "active?", "status", "enabled", "enabled?"]),
    (Field::Activated, &["activated", "activate date", "activation date", "start date"]),
    (Field::Activated, &["activated date", "active from", "valid from"]),
    (Field::Deactivated, &["deactivated", "deactivate date", "deactivation date", "end date", "leaving date"]),
    (Field::Deactivated, &["deactivated date", "active until", "valid until"]),
    (Field::Licenses, &["license", "licenses", "license type", "licence", "licences", "licence type"]),
    (Field::WindowsLogin, &["windows login", "ad login"]),
    (Field::AcdId, &["acd id", "agent id"]),
    (Field::EmployeeId, &["employee id", "employment number"]),
    (Field::Password, &["password", "initial password", "temporary password"]),
    (Field::CreatedBy, &["created by", "creator", "requested by"]),
    (Field::Tenant, &["tenant"]),
    (Field::TimeZone, &["time zone"]),
    (Field::Locale, &["locale"]),
    (Field::QmViews, &["qm views"]),
    (Field::DisplayId, &["display id"]),
    (Field::Kind, &["kind"]),
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
    (Field::Integration, &["integration"]),
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
const LOG_IN: &[&str] = &["user name", "username", "login", "login name", "logon name", "application logon name"];

const E_MAIL: &[&str] = &["email", "e mail", "email address"];

/// `name` as names are compared.
#[must_use]
pub fn fold(name: &str) -> String {
    let fold_one = |c: char| if matches!(c, '_' | '-') { ' ' } else { c.to_ascii_lowercase() };
    let name = name.trim_ascii();
    let mut folded = String::with_capacity(name.len());
    folded.extend(name.chars().map(fold_one));
    folded
}

/// The field that a folded header means, without a site's own headers.
#[must_use]
pub fn by_header(folded: &str) -> Option<Field> {
    known_headers().find(|(name, _)| *name == folded).map(|(_, field)| field)
}

/// The field that a folded key of a document means.
#[must_use]
pub fn by_key(folded: &str) -> Option<Field> {
    field_named(known_keys(), folded)
}

pub(in crate::read) fn known_headers() -> impl Iterator<Item = (&'static str, Field)> {
    HEADERS.iter().flat_map(|(field, names)| names.iter().map(|name| (*name, *field)))
}

pub(super) fn known_keys() -> impl Iterator<Item = (&'static str, Field)> {
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
