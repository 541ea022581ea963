//! What to write in place of a value that breaks the plan's schema, ready to paste.

use super::PlanLanguage;
use crate::diagnostic::fault::FaultKind;
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
    if let Some(remedy) = cure(&found, root, visible, language) {
        found.fault.remedy = Some(remedy);
    }
    found
}

/// The fault of a plan in another form.
fn of_version(mut found: SchemaFault, root: Node<'_>, language: PlanLanguage) -> SchemaFault {
    let version = root.get("rolecall").and_then(Node::as_i64).filter(|version| *version > 1);
    let expected = language.member("rolecall", "1");
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
    if found.pointer.is_empty() && root.kind() == NodeKind::Object && root.get("rolecall").is_none() {
        return Some(format!("Add `{}` at the top of the plan.", language.member("rolecall", "1")));
    }
    let Some(PathStep::Key(key)) = found.pointer.last() else { return None };
    let is_in_user = matches!(found.pointer.first(), Some(PathStep::Key(users)) if users == "users");
    if found.fault.kind == FaultKind::KeyUnknown {
        let field = KeyMap::default().look_up(key).field().filter(|_| is_in_user && found.pointer.len() == 3)?;
        return Some(format!("Write `{}` in place of the key.", plan_key(field)?));
    }
    let node = find(root, &found.pointer)?;
    if node.kind() == NodeKind::Array && node.children().all(|child| visible.may_show(child.span())) {
        let names: Vec<&str> = node.children().map(Node::text).collect();
        return mapping(key, &names, language).map(|cure| format!("Write `{cure}`."));
    }
    let text = node.text().trim_ascii();
    if text.is_empty() || !visible.may_show(node.span()) || matches!(node.kind(), NodeKind::Array | NodeKind::Object) {
        return None;
    }
    let written = match key.as_str() {
        "kind" => kind(text)?.to_owned(),
        "active" | "first_login" => boolean(text)?.to_owned(),
        "active_from" | "active_until" => return date(text, language),
        "roles" | "licenses" | "integrations" | "views" | "permissions" | "groups" | "teams" | "others" | "classes" => {
            language.list(&names(text))
        }
        "scope" | "wfm_views" => mapping(key, &names(text), language)?,
        _ if node.kind() == NodeKind::Number && is_in_user => format!("\"{text}\""),
        _ => return None,
    };
    Some(format!("Write `{written}`."))
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
fn date(text: &str, language: PlanLanguage) -> Option<String> {
    let parts: Vec<u32> = text.split(['.', '/', '-']).map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let readings = match parts.as_slice() {
        [year, month, day] if *year > 31 => vec![(*year, *month, *day)],
        [first, second, year] => vec![(*year, *second, *first), (*year, *first, *second)],
        _ => return None,
    };
    let day = |(year, month, day): (u32, u32, u32)| Date::parse(&format!("{year:04}-{month:02}-{day:02}"), None);
    let mut days: Vec<Date> = readings.into_iter().filter_map(day).collect();
    days.dedup();
    let written: Vec<String> = days.iter().map(|day| format!("`{}`", language.text(&day.to_string()))).collect();
    (!written.is_empty()).then(|| format!("Write {}.", written.join(" or ")))
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
        let cure = |text| date(text, PlanLanguage::Yaml);
        assert_eq!(cure("01.12.2026").as_deref(), Some("Write `2026-12-01` or `2026-01-12`."));
        assert_eq!(cure("31.12.2026").as_deref(), Some("Write `2026-12-31`."));
        assert_eq!(cure("tomorrow"), None);
    }
}
