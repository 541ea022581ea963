//! Words of headers in several languages: what a header that is not known may mean.
//!
//! They are suggested to whoever writes a config, and never taken: no report follows from them.

use super::columns::{fold, nearest};
use crate::record::Field;

/// Parts of folded headers and the field that they suggest, in English, German, French, Spanish, Portuguese, Dutch and
/// Japanese. Of the parts that a header holds the longest counts.
const SUGGESTIONS: &[(Field, &str)] = &[
    (Field::UserName, "user|login|logon|e-mail|mail|benutzername|benutzer|anmeldename|anmeldung|kennung"),
    (Field::UserName, "utilisateur|identifiant|courriel|usuario|correo|utilizador|usuário|gebruikersnaam|gebruiker"),
    (Field::UserName, "inlognaam|ユーザー|ユーザ名|ログイン|メール"),
    (Field::FirstName, "first name|forename|given|vorname|prénom|prenom|nombre|primeiro nome|voornaam|名前|名"),
    (Field::LastName, "last name|surname|family name|nachname|familienname|nom de famille|nom|apellido|apellidos"),
    (Field::LastName, "sobrenome|apelido|achternaam|familienaam|苗字|氏名|姓"),
    (Field::Roles, "role|roles|rolle|rollen|rôle|rôles|rol|roles|função|funções|papel|perfil|rollen|役割|ロール|権限"),
    (Field::Team, "team|group|gruppe|équipe|equipe|groupe|equipo|grupo|groep|チーム"),
    (Field::Scope, "scope|groups|bereich|zuständigkeit|gruppen|périmètre|portée|groupes|ámbito|alcance|grupos"),
    (Field::Scope, "âmbito|escopo|bereik|groepen|範囲|グループ"),
    (Field::WfmViews, "views|view|ansichten|ansicht|sichten|vues|vue|vistas|vista|visões|weergaven|weergave|ビュー"),
    (Field::MainView, "main view|hauptansicht|hauptsicht|vue principale|vista principal|visão principal|hoofdweergave"),
    (Field::MainView, "メインビュー"),
    (Field::Active, "is active|active|status|enabled|aktiv|aktiviert|zustand|actif|statut|activo|estado|ativo|actief"),
    (Field::Active, "有効|状態"),
    (Field::Activated, "activated|start|valid from|eintritt|eintrittsdatum|gültig ab|gültig von|beginn|aktiviert am"),
    (Field::Activated, "date d'activation|date d'entrée|début|fecha de alta|fecha de inicio|alta|data de início"),
    (Field::Activated, "data de ativação|ingangsdatum|startdatum|in dienst|開始日|有効開始"),
    (Field::Deactivated, "deactivated|end|valid until|austritt|austrittsdatum|gültig bis|ende|deaktiviert am"),
    (Field::Deactivated, "date de désactivation|date de sortie|fin|fecha de baja|fecha de fin|baja|data de fim"),
    (Field::Deactivated, "data de desativação|einddatum|uit dienst|終了日|有効終了"),
    (
        Field::Licenses,
        "licence|license|lizenz|lizenzen|licences|licencia|licencias|licença|licenças|licentie|licenties",
    ),
    (Field::Licenses, "ライセンス"),
    (
        Field::EmployeeId,
        "personalnummer|employee number|staff number|matricule|número de empleado|número de funcionário",
    ),
    (Field::EmployeeId, "personeelsnummer|社員番号|従業員番号"),
    (Field::WindowsLogin, "windows|domain account|windows-anmeldung|compte windows|cuenta de windows|conta windows"),
    (Field::AcdId, "acd|agent id|agentennummer"),
    (Field::CreatedBy, "created by|erstellt von|angelegt von|créé par|creado por|criado por|aangemaakt door|作成者"),
    (Field::Owner, "owner|account owner|eigentümer|inhaber|verantwortlich|verantwortlicher|kontoverantwortlicher"),
    (Field::Owner, "responsable|propriétaire|propietario|responsável|eigenaar|verantwoordelijke|所有者|責任者"),
    (Field::LastReviewed, "last review|last reviewed|letzte prüfung|zuletzt geprüft|geprüft am|letzte überprüfung"),
    (
        Field::LastReviewed,
        "rezertifiziert am|dernière revue|última revisión|última revisão|laatste controle|最終レビュー",
    ),
    (Field::ReviewedBy, "reviewed by|reviewer|geprüft von|prüfer|revu par|revisado por|gecontroleerd door"),
    (
        Field::LastLogin,
        "last login|last log in|last logon|last sign in|letzte anmeldung|letzter login|zuletzt angemeldet",
    ),
    (
        Field::LastLogin,
        "dernière connexion|último acceso|última conexión|último acesso|laatste aanmelding|最終ログイン",
    ),
    (
        Field::PasswordChanged,
        "password changed|password last set|kennwort geändert|passwort geändert|kennwort geändert am",
    ),
    (Field::PasswordChanged, "passwort geändert am|letzte kennwortänderung|letzte passwortänderung"),
    (Field::Tenant, "tenant|mandant|locataire|inquilino|テナント"),
    (Field::TimeZone, "time zone|zeitzone|fuseau|zona horaria|fuso|tijdzone|タイムゾーン"),
    (Field::Locale, "locale|language|sprache|langue|idioma|taal|言語"),
];

/// Last parts of German compounds, which say what the whole is: `Benutzerrolle`, `Arbeitsgruppe`.
const HEADS: &[(Field, &str)] = &[
    (Field::Roles, "rolle|rollen"),
    (Field::Team, "gruppe|team"),
    (Field::Scope, "gruppen|bereich|bereiche"),
    (Field::WfmViews, "ansicht|ansichten|sichten"),
    (Field::Licenses, "lizenz|lizenzen"),
];

/// The field that an unknown header suggests.
#[must_use]
pub fn suggested(header: &str) -> Option<Field> {
    let header = lower(header);
    let parts = SUGGESTIONS.iter().flat_map(|(field, parts)| parts.split('|').map(move |part| (*field, lower(part))));
    let held = parts.filter(|(_, part)| holds(&header, part));
    let longest = held.max_by_key(|(_, part)| part.chars().count()).map(|(field, _)| field);
    longest.or_else(|| of_compound(&header)).or_else(|| nearest(&header).map(|(_, field)| field))
}

/// The field that the last part of a compound in `header` says.
fn of_compound(header: &str) -> Option<Field> {
    let mut words = header.split(|c: char| !c.is_alphanumeric());
    words.find_map(|word| {
        let is_head = |(_, heads): &&(Field, &str)| heads.split('|').any(|head| word.ends_with(head));
        HEADS.iter().find(is_head).map(|(field, _)| *field)
    })
}

fn lower(text: &str) -> String {
    fold(&text.to_lowercase())
}

/// True if `header` holds `part` as whole words. Japanese has no spaces between words.
fn holds(header: &str, part: &str) -> bool {
    let is_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() && c < '\u{3000}');
    header.match_indices(part).any(|(at, _)| {
        let (before, after) = (header[..at].chars().next_back(), header[at + part.len()..].chars().next());
        !is_word(before) && !is_word(after)
    })
}

/// What a word of an `active` cell says in these languages, if it is one that no config needs to explain to a person.
#[must_use]
pub fn activity_word(text: &str) -> Option<bool> {
    const ACTIVE: &str = "aktiv|actif|active|activé|activo|activa|ativo|ativa|actief|ja|oui|sí|si|sim|有効|はい";
    const INACTIVE: &str =
        "inaktiv|inactif|inactive|désactivé|inactivo|inactiva|inativo|inativa|inactief|nein|non|não|nee";
    let is_in = |words: &str| words.split('|').any(|word| word == text.to_lowercase());
    match (is_in(ACTIVE), is_in(INACTIVE) || ["無効", "いいえ"].contains(&text)) {
        (false, false) => None,
        (is_active, _) => Some(is_active),
    }
}

/// True for a name that the default administrator role has in one of these languages.
#[must_use]
pub fn is_administrator_word(role: &str) -> bool {
    const WORDS: &str = "system administrator|systemadministrator|admin|administrateur|administrateur système|\
        administrador|administrador del sistema|administrador do sistema|beheerder|systeembeheerder|管理者|システム管理者";
    WORDS.split('|').any(|word| lower(word) == lower(role))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_seven_languages_suggest_their_fields() {
        for (headers, field) in [
            (
                "Calabrio User|Benutzername|Nom d'utilisateur|Nombre de usuario|Gebruikersnaam|ユーザー名",
                Field::UserName,
            ),
            ("Benutzerrolle(n)|Nutzerrollen", Field::Roles),
            ("Arbeitsgruppe|Vertriebsteam", Field::Team),
            ("Zuständigkeitsbereich|Benutzergruppen", Field::Scope),
            ("Vorname|Prénom|Nombre|Primeiro nome|Voornaam", Field::FirstName),
            ("Nachname|Nom|Apellidos|Sobrenome|Achternaam|姓", Field::LastName),
            ("Calabrio Role|Rollen|Rôles|Roles asignados|Funções|役割", Field::Roles),
            ("Team-Name|Équipe|Equipo|Equipe|チーム", Field::Team),
            ("Calabrio Scope|Zugeordnete Gruppen|Périmètre|Ámbito|Bereik|範囲", Field::Scope),
            ("Hauptansicht|Vue principale|Vista principal", Field::MainView),
            ("Aktiv|Statut|Estado|Ativo|Actief|有効", Field::Active),
            ("Eintrittsdatum|Gültig ab|Fecha de alta|Startdatum|開始日", Field::Activated),
            ("Eigentümer|Kontoverantwortlicher|Account Owner", Field::Owner),
            ("Zuletzt geprüft|Last Review Date|Rezertifiziert am", Field::LastReviewed),
            ("Geprüft von|Reviewer", Field::ReviewedBy),
            ("Letzte Anmeldung|Last Login (UTC)|最終ログイン", Field::LastLogin),
            ("Kennwort geändert am|Letzte Passwortänderung", Field::PasswordChanged),
            ("Austrittsdatum|Gültig bis|Fecha de baja|Einddatum|終了日", Field::Deactivated),
        ] {
            for header in headers.split('|') {
                assert_eq!(suggested(header), Some(field), "{header}");
            }
        }
        for header in ["Kostenstelle", "Cost Centre", "Bemerkung", "電話"] {
            assert_eq!(suggested(header), None, "{header}");
        }
    }

    #[test]
    fn words_of_activity_say_yes_or_no() {
        assert_eq!(
            [activity_word("Aktiv"), activity_word("INAKTIV"), activity_word("無効")],
            [Some(true), Some(false), Some(false)]
        );
        assert_eq!(activity_word("Urlaub"), None);
    }
}
