//! What to write in place of a value that breaks the plan's schema, ready to paste.

use super::PlanLanguage;
use serde_json::Value;

use crate::diagnostic::fault::FaultKind;
use crate::diagnostic::visible::quoted;
use crate::read::keys::KeyMap;
use crate::read::mask::VisibleSpans;
use crate::record::Field;
use crate::record::date::Date;
use crate::schema::{PathStep, SchemaFault};
use crate::syntax::tree::{Node, NodeKind};

/// Adds the cure to a fault of the schema. Values are repeated only if they may be shown.
pub(super) fn with_cure(
    mut found: SchemaFault,
    root: Node<'_>,
    visible: &VisibleSpans,
    language: PlanLanguage,
) -> SchemaFault {
    if found.fault.kind == FaultKind::KeyUnknown && found.fault.labels.iter().any(|label| label.span.is_empty()) {
        return found; // It may be part of a secret.
    }
    if found.pointer.as_slice() == [PathStep::Key("rolecall".to_owned())] {
        return of_version(found, root, language);
    }
    let cure = cure(&found, root, visible, language);
    if let Some(remedy) = cure.or_else(|| examples(&found, language).filter(|_| found.fault.remedy.is_none())) {
        found.fault.remedy = Some(remedy);
    }
    of_kind(found, root, visible)
}

/// The number in plain digits, if it is known.
pub(super) fn plain_number(count: Node<'_>, language: PlanLanguage) -> String {
    let digits = count.text().trim_start_matches('0');
    let is_known = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let number = if is_known { digits } else { "20" };
    format!("Write `{}`.", language.member(count.key().unwrap_or("seats"), number))
}

/// Values that the schema would take.
fn examples(found: &SchemaFault, language: PlanLanguage) -> Option<String> {
    let key = found.pointer.iter().rev().find_map(|step| match step {
        PathStep::Key(key) => Some(key),
        PathStep::Index(_) => None,
    });
    let Some(key) = key else { return write(&[language.member("rolecall", "1")]) };
    let written: Vec<_> = found.examples.iter().map(|one| language.member(key, &language.value(one))).collect();
    write(&written)
}

/// "Write `a` or `b`."
fn write(cures: &[String]) -> Option<String> {
    let cures: Vec<_> = cures.iter().map(|cure| format!("`{cure}`")).collect();
    (!cures.is_empty()).then(|| format!("Write {}.", cures.join(" or ")))
}

/// A word that is not a kind of account is the same fault as in a table.
fn of_kind(mut found: SchemaFault, root: Node<'_>, visible: &VisibleSpans) -> SchemaFault {
    let [PathStep::Key(users), PathStep::Index(_), PathStep::Key(key)] = found.pointer.as_slice() else { return found };
    let node = find(root, &found.pointer).filter(|_| users == "users" && key == "kind");
    let Some(node) = node.filter(|node| node.kind() == NodeKind::String) else { return found };
    let shown = if visible.may_show(node.span()) { quoted(node.text()) } else { "given here".to_owned() };
    found.fault.kind = FaultKind::KindUnknown;
    found.fault.message = format!("the kind {shown} is neither `api-user` nor `person`");
    found
}

/// The fault of a plan in another form.
fn of_version(mut found: SchemaFault, root: Node<'_>, language: PlanLanguage) -> SchemaFault {
    let version = root.get("rolecall").and_then(Node::as_i64).filter(|version| *version > 1);
    let expected = language.member("rolecall", "1");
    if root.get("rolecall").is_none() {
        found.fault.remedy = Some(format!("Add `{expected}` at the top of the plan."));
        return found;
    }
    found.fault.remedy = Some(match version {
        Some(version) => {
            found.fault.message =
                format!("the plan has the newer form {version}; this version of rolecall reads form 1");
            "Update rolecall.".to_owned()
        }
        None => format!("Write `{expected}`."),
    });
    found
}

fn cure(found: &SchemaFault, root: Node<'_>, visible: &VisibleSpans, language: PlanLanguage) -> Option<String> {
    let Some(PathStep::Key(key)) = found.pointer.last() else { return None };
    let is_in_user = matches!(found.pointer.first(), Some(PathStep::Key(users)) if users == "users");
    if found.fault.kind == FaultKind::KeyUnknown {
        let field = KeyMap::of_plan().look_up(key).field().filter(|_| is_in_user && found.pointer.len() == 3)?;
        return Some(format!("Write `{}` in place of the key.", plan_key(field)?));
    }
    let node = find(root, &found.pointer)?;
    if is_in_user && is_personal(key) {
        return None; // Reports without names keep the cure.
    }
    if node.kind() == NodeKind::Array && node.children().all(|child| visible.may_show(child.span())) {
        let names: Vec<&str> = node.children().map(Node::text).collect();
        let text = || names.first().filter(|_| names.len() == 1).map(|only| language.text(only));
        let cure = mapping(key, &names, language).or_else(text)?;
        return write(&[language.member(key, &cure)]);
    }
    let text = node.text().trim_ascii();
    if text.is_empty() || !visible.may_show(node.span()) || matches!(node.kind(), NodeKind::Array | NodeKind::Object) {
        return None;
    }
    let written = match key.as_str() {
        "kind" => language.text(kind(text)?),
        "active" | "first_login" => boolean(text)?.to_owned(),
        "active_from" | "active_until" | "last_reviewed" => return write(&date(text, key, language)),
        "roles" | "licenses" | "integrations" | "views" | "permissions" | "groups" | "teams" | "others" | "classes" => {
            language.list(&names(text))
        }
        "scope" | "wfm_views" => mapping(key, &names(text), language)?,
        _ if node.kind() == NodeKind::Number && is_in_user => format!("\"{text}\""),
        _ => return None,
    };
    write(&[language.member(key, &written)])
}

/// True for a key whose value says who somebody is.
fn is_personal(key: &str) -> bool {
    let field = KeyMap::of_plan().look_up(key).field();
    field.is_some_and(Field::is_personal)
}

/// A mapping with the names given in place of it.
fn mapping(key: &str, names: &[&str], language: PlanLanguage) -> Option<String> {
    match (key, names) {
        ("scope", _) => Some(language.mapping(&[("groups", language.list(names))])),
        ("wfm_views", [main]) => Some(language.mapping(&[("main", language.text(main))])),
        ("wfm_views", [main, others @ ..]) => {
            Some(language.mapping(&[("main", language.text(main)), ("others", language.list(others))]))
        }
        _ => None,
    }
}

fn names(text: &str) -> Vec<&str> {
    text.split([',', ';', '|', '\n']).map(str::trim_ascii).filter(|name| !name.is_empty()).collect()
}

fn kind(text: &str) -> Option<&'static str> {
    let bare: String = text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    match bare.as_str() {
        "apiuser" | "api" | "integration" | "service" => Some("api-user"),
        "person" | "user" | "human" => Some("person"),
        _ => None,
    }
}

fn boolean(text: &str) -> Option<&'static str> {
    match text.to_ascii_lowercase().as_str() {
        "yes" | "y" | "on" | "true" | "1" | "active" | "enabled" => Some("true"),
        "no" | "n" | "off" | "false" | "0" | "inactive" | "disabled" => Some("false"),
        _ => None,
    }
}

/// The day, or the two days, that a date in another form may mean.
fn date(text: &str, key: &str, language: PlanLanguage) -> Vec<String> {
    let parts: Vec<u32> = text.split(['.', '/', '-']).map_while(|part| part.parse().ok()).collect();
    let readings = match parts.as_slice() {
        [year, month, day] if *year > 31 => vec![(*year, *month, *day)],
        [first, second, year] => vec![(*year, *second, *first), (*year, *first, *second)],
        _ => return Vec::new(),
    };
    let day = |(year, month, day): (u32, u32, u32)| Date::parse(&format!("{year:04}-{month:02}-{day:02}"), None);
    let mut days: Vec<Date> = readings.into_iter().filter_map(day).collect();
    days.dedup();
    days.iter().map(|day| language.member(key, &language.text(&day.to_string()))).collect()
}

/// The key that gives `field` in a plan.
fn plan_key(field: Field) -> Option<&'static str> {
    Some(match field {
        Field::Kind => "kind",
        Field::Integration => "integration",
        Field::FirstName => "first_name",
        Field::LastName => "last_name",
        Field::UserName => "user_name",
        Field::Password => "password",
        Field::Roles => "roles",
        Field::Team => "team",
        Field::Scope => "scope",
        Field::WfmViews | Field::MainView => "wfm_views",
        Field::Active => "active",
        Field::Activated => "active_from",
        Field::Deactivated => "active_until",
        Field::CreatedBy => "created_by",
        Field::Licenses => "licenses",
        Field::WindowsLogin => "windows_login",
        Field::AcdId => "acd_id",
        Field::EmployeeId => "employee_id",
        Field::TimeZone => "time_zone",
        Field::Locale => "locale",
        Field::Owner => "owner",
        Field::LastReviewed => "last_reviewed",
        Field::ReviewedBy => "reviewed_by",
        _ => return None,
    })
}

fn find<'t>(root: Node<'t>, pointer: &[PathStep]) -> Option<Node<'t>> {
    pointer.iter().try_fold(root, |node, step| match step {
        PathStep::Key(key) => node.get(key),
        PathStep::Index(index) => node.children().nth(*index),
    })
}

impl PlanLanguage {
    /// `key: value`
    fn member(self, key: &str, value: &str) -> String {
        match self {
            Self::Yaml => format!("{key}: {value}"),
            Self::Toml => format!("{key} = {value}"),
            Self::Json => format!("\"{key}\": {value}"),
        }
    }

    /// A value of a schema.
    fn value(self, value: &Value) -> String {
        match value {
            Value::String(text) => self.text(text),
            Value::Array(items) => {
                format!("[{}]", items.iter().map(|item| self.value(item)).collect::<Vec<_>>().join(", "))
            }
            Value::Object(members) => {
                let members: Vec<_> = members.iter().map(|(key, value)| (key.as_str(), self.value(value))).collect();
                self.mapping(&members)
            }
            other => other.to_string(),
        }
    }

    fn mapping(self, members: &[(&str, String)]) -> String {
        let members: Vec<String> = members.iter().map(|(key, value)| self.member(key, value)).collect();
        format!("{{ {} }}", members.join(", "))
    }

    fn list(self, names: &[&str]) -> String {
        let names: Vec<String> = names.iter().map(|name| self.text(name)).collect();
        format!("[{}]", names.join(", "))
    }

    /// A text, in quotes unless YAML takes it without.
    fn text(self, text: &str) -> String {
        let is_safe = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.' | '@');
        let is_word = text.starts_with(char::is_alphabetic) && boolean(text).is_none();
        let is_date = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        if matches!(self, Self::Yaml) && (is_word || is_date) && text.chars().all(is_safe) {
            return text.to_owned();
        }
        format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cures_are_written_in_the_language_of_the_plan() {
        assert_eq!(PlanLanguage::Yaml.list(&["Administrator", "R&D Lead"]), "[Administrator, \"R&D Lead\"]");
        assert_eq!(PlanLanguage::Toml.mapping(&[("main", PlanLanguage::Toml.text("A"))]), "{ main = \"A\" }");
        assert_eq!(PlanLanguage::Json.member("rolecall", "1"), "\"rolecall\": 1");
        assert_eq!(PlanLanguage::Yaml.text("no"), "\"no\"");
        assert_eq!(names("Administrator, QM Agent"), ["Administrator", "QM Agent"]);
    }

    #[test]
    fn a_date_that_may_be_two_days_is_written_as_both() {
        let cure = |text| date(text, "active_from", PlanLanguage::Yaml);
        assert_eq!(cure("01.12.2026"), ["active_from: 2026-12-01", "active_from: 2026-01-12"]);
        assert_eq!(cure("31.12.2026"), ["active_from: 2026-12-31"]);
        assert!(cure("tomorrow").is_empty());
    }
}
