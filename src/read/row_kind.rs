//! What a row of a table is: an account, or a blank row, a header row, a footer, a total or a title.
//!
//! A row is classified by what its cells say, never by its length or its place. What is not an account is named and
//! never judged, and what cannot be told is refused: a row read as an account by mistake would pass, or hide what it
//! stands for. None of the text of such a row is shown, only the number of accounts that a footer states.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::columns::known_headers;
use super::key_words::WordList;
use super::secret_keys::{is_password_name, is_short_password_name};
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::record::activity::built_in_activity;
use crate::record::{Field, FieldSet};
use crate::source::Span;

/// A table of fewer columns can have accounts with a single filled cell.
const MIN_COLUMNS_OF_TITLES: usize = 4;

/// First words of footers and totals.
const FOOTER_WORDS: WordList = WordList(
    "affichage anzahl aantal count displaying end entries ergebnisse erstellt exported exportiert exporté generated \
    generiert gesamt grand généré insgesamt lignes mostrando page pagina printed página razem records registros \
    results rows résultats seite showing strona subtotal sum suma summe total totaal totale totals viewing",
);

/// Those of them whose number counts accounts.
const TOTAL_WORDS: WordList = WordList(
    "anzahl aantal count ergebnisse gesamt grand insgesamt razem records results rows subtotal sum suma summe total totaal \
    totale totals",
);

/// Words of a page, whose numbers count no accounts.
const PAGE_WORDS: WordList = WordList("page pagina página seite strona");

/// What footers count.
const COUNTED: WordList = WordList(
    "account accounts agents benutzer comptes contas cuentas datensätze einträge employees enregistrements entrees \
    entries entry entrées filas gebruikers items konten lignes linhas members nutzer people persons record records \
    registros results righe rijen row rows user users usuarios usuários utenti utilisateurs zeilen",
);

/// Words between a number and the number of all.
const OF: WordList = WordList("af av aus de di of sur van von z");

/// Headers in other languages, of which two show that a row holds headers.
const FOREIGN_HEADERS: &[&str] = &[
    "adresse e-mail",
    "aktiv",
    "anmeldename",
    "apellido",
    "apellidos",
    "autorisations",
    "benutzername",
    "bereich",
    "cognome",
    "correo electrónico",
    "courriel",
    "e-mail-adresse",
    "equipo",
    "estado",
    "gruppe",
    "gruppen",
    "identifiant",
    "kennwort",
    "mitarbeiternummer",
    "nachname",
    "nom",
    "nom d'utilisateur",
    "nome",
    "nome utente",
    "nombre",
    "nombre de usuario",
    "personalnummer",
    "prénom",
    "périmètre",
    "rol",
    "rolle",
    "rollen",
    "ruolo",
    "rôle",
    "rôles",
    "sobrenome",
    "squadra",
    "statut",
    "usuario",
    "vorname",
    "vue principale",
    "équipe",
];

/// The fields whose cells say what an account may do or where it belongs.
const GRANTS: FieldSet = FieldSet::EMPTY
    .with(Field::Roles)
    .with(Field::Team)
    .with(Field::Scope)
    .with(Field::WfmViews)
    .with(Field::MainView)
    .with(Field::QmViews)
    .with(Field::Licenses);

/// What a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowKind {
    /// An account.
    Record,
    /// No cell holds anything.
    Blank,
    /// Words of headers.
    Headers,
    /// A footer or a total, and how many accounts it says the list has.
    Footer(Option<u64>),
    /// A single cell with words in it.
    Title,
    /// It may be an account or not.
    Doubtful,
}

impl RowKind {
    /// The fault of such a row below `count` accounts; `None` for an account.
    #[must_use]
    pub fn fault(self, span: Span, count: u64) -> Option<Fault> {
        let no_account = |message: &str| Fault::new(FaultKind::RowNoAccount, span, message);
        Some(match self {
            Self::Record => return None,
            Self::Blank => Fault::new(FaultKind::RecordBlank, span, "every cell of this row is blank"),
            Self::Footer(Some(stated)) if stated > count => {
                let message = format!("a footer says that the list has {stated} accounts, but {count} are above it");
                Fault::new(FaultKind::ExportTruncated, span, message)
            }
            Self::Footer(_) => no_account("this row is a footer or a total, not an account"),
            Self::Title => no_account("this row has a single filled cell: it is a title, not an account"),
            Self::Doubtful => no_account("this row may not be an account: it is not judged").with_remedy(
                "If it is below the list, write `footer-rows = 1` under `[tables]` in the config; if it is an account, \
                    fill in its user name, names, roles and team.",
            ),
            Self::Headers => {
                let message =
                    "this is another header row: the rows below it are not judged by the columns of the first one";
                Fault::new(FaultKind::HeaderRepeated, span, message)
            }
        })
    }
}

/// The headers of a table, by which a row that repeats them is recognized.
#[derive(Clone, Debug, Default)]
pub struct HeaderWords(HashSet<String>);

impl HeaderWords {
    /// Those of a table with these headers.
    pub fn new<'h>(headers: impl Iterator<Item = &'h str>) -> Self {
        Self(headers.map(letters).filter(|letters| letters.chars().count() > 1).collect())
    }

    fn contains(&self, letters_of_cell: &str) -> bool {
        static DOCUMENTED: LazyLock<HashSet<String>> = LazyLock::new(|| {
            let foreign = FOREIGN_HEADERS.iter().copied();
            known_headers().map(|(name, _)| name).chain(foreign).map(letters).collect()
        });
        self.0.contains(letters_of_cell) || DOCUMENTED.contains(letters_of_cell)
    }
}

/// The letters of a header in lower case: marks, digits and spaces do not make it another one.
fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect()
}

/// Classifies a row by its decoded cells. `fields` are those of the columns; none if the row has another width than the
/// header.
#[must_use]
pub fn classify(cells: &[&str], fields: &[Option<Field>], headers: &HeaderWords) -> RowKind {
    let row = FilledCells::new(cells, fields);
    let filled = row.cells.len();
    if filled == 0 {
        return RowKind::Blank;
    }
    let is_by_address = row.value(Field::UserName).is_some_and(is_address);
    let is_complete = is_by_address && row.names() > 0 && row.grants() > 0;
    let header_words = row.header_words(headers);
    if header_words >= 2 {
        if 2 * header_words >= filled || !row.cells.iter().any(|(_, text)| is_address(text)) {
            return RowKind::Headers;
        }
        return if is_complete { RowKind::Record } else { RowKind::Doubtful };
    }
    if is_complete {
        return RowKind::Record;
    }
    let is_account = is_by_address || row.is_account(cells.len(), fields);
    if row.has_password_name(is_account) {
        return RowKind::Headers;
    }
    match row.footer(is_account) {
        Some(footer) if footer.is_certain || !is_account || (filled <= 3 && !is_by_address) => {
            RowKind::Footer(footer.stated)
        }
        _ if filled == 1 && cells.len() >= MIN_COLUMNS_OF_TITLES && !is_by_address => RowKind::Title,
        _ if is_account => RowKind::Record,
        _ => RowKind::Doubtful,
    }
}

/// The cells of a row that are not blank, each with the field of its column.
struct FilledCells<'a> {
    cells: Vec<(Option<Field>, &'a str)>,
}

impl<'a> FilledCells<'a> {
    fn new(cells: &[&'a str], fields: &[Option<Field>]) -> Self {
        let fields = fields.iter().copied().chain(std::iter::repeat(None));
        let cells = fields.zip(cells).map(|(field, cell)| (field, cell.trim()));
        Self { cells: cells.filter(|(_, cell)| !cell.is_empty()).collect() }
    }

    fn value(&self, field: Field) -> Option<&'a str> {
        self.cells.iter().find(|(column, _)| *column == Some(field)).map(|(_, text)| *text)
    }

    fn count(&self, is_counted: impl Fn(Field, &str) -> bool) -> usize {
        self.cells.iter().filter(|(field, text)| field.is_some_and(|field| is_counted(field, text))).count()
    }

    fn names(&self) -> usize {
        self.count(|field, text| matches!(field, Field::FirstName | Field::LastName) && has_letters(text))
    }

    /// Cells that say what an account may do, where it belongs, or whether it is active.
    fn grants(&self) -> usize {
        self.count(|field, text| match field {
            Field::Active | Field::AcdId | Field::EmployeeId | Field::WindowsLogin => {
                !text.contains(char::is_whitespace)
            }
            _ => GRANTS.has(field) && has_letters(text),
        })
    }

    /// How many different headers the cells name.
    fn header_words(&self, headers: &HeaderWords) -> usize {
        let mut found: Vec<String> = Vec::new();
        for (field, text) in &self.cells {
            // An account can be active, and in Team 2: that names no header.
            let is_value = match field {
                Some(Field::Active) => built_in_activity(text).is_some(),
                Some(field) => GRANTS.has(*field) && text.contains(|c: char| c.is_ascii_digit()),
                None => false,
            };
            let letters = letters(text);
            if !is_value && headers.contains(&letters) && !found.contains(&letters) {
                found.push(letters);
            }
        }
        found.len()
    }

    /// True if a cell outside the columns of passwords is what such a column is called.
    fn has_password_name(&self, is_account: bool) -> bool {
        self.cells.iter().any(|(field, text)| {
            // People have short names.
            *field != Some(Field::Password) && (is_password_name(text) || (!is_account && is_short_password_name(text)))
        })
    }

    /// True if the cells have enough of what an account has. Those that the table has no columns for are not missed.
    fn is_account(&self, width: usize, fields: &[Option<Field>]) -> bool {
        let has = |wanted: &[Field]| wanted.iter().any(|field| fields.contains(&Some(*field)));
        let has_names = self.names() > 0 || !has(&[Field::FirstName, Field::LastName]);
        let has_grants = self.grants() > 0 || !has(&[Field::Roles, Field::Team, Field::Scope]);
        let is_token = |name: &str| !name.contains(char::is_whitespace) && name.contains(char::is_alphanumeric);
        let has_token = self.value(Field::UserName).is_some_and(is_token);
        (has_names && has_grants && self.cells.len() > 1) || (has_token && width < MIN_COLUMNS_OF_TITLES)
    }

    /// The footer that the cells are together, or that one of them is.
    fn footer(&self, is_account: bool) -> Option<Footer> {
        let texts = || self.cells.iter().map(|(_, text)| *text);
        let is_statement = |text: &&str| text.contains(' ') && text.contains(|c: char| c.is_ascii_digit());
        let alone = texts().filter(is_statement).filter_map(Footer::parse).find(|footer| footer.is_certain);
        let begins_footer = || self.cells[0].1.split(' ').next().is_some_and(|word| Footer::parse(word).is_some());
        let is_suspect = !is_account || self.cells.len() <= 3 || begins_footer();
        let together = || Footer::parse(&texts().collect::<Vec<_>>().join(" ")).filter(|_| is_suspect);
        alone.or_else(together)
    }
}

fn has_letters(text: &str) -> bool {
    text.contains(char::is_alphabetic)
}

/// True for an e-mail address and nothing else.
pub(super) fn is_address(text: &str) -> bool {
    let is_one = |(local, domain): (&str, &str)| !local.is_empty() && domain.trim_matches('.').contains('.');
    !text.contains(char::is_whitespace) && text.rsplit_once('@').is_some_and(is_one)
}

/// Words under a list.
struct Footer {
    /// How many accounts they say the list has.
    stated: Option<u64>,
    /// They count something; without numbers the same words can be names.
    is_certain: bool,
}

impl Footer {
    fn parse(text: &str) -> Option<Self> {
        let text = text.to_lowercase();
        let is_joint = |c: char| c.is_whitespace() || "()[]{}:;*=#|/\u{2013}\u{2014}".contains(c);
        let trimmed = |word: &'_ str| word.trim_matches(['.', ',', '-', '!', '?', '"', '\'']).to_owned();
        let words: Vec<String> = text.split(is_joint).map(trimmed).filter(|word| !word.is_empty()).collect();
        let number_at = |at: usize| words.get(at).and_then(|word| whole_number(word));
        let is_counted_at = |at: usize| words.get(at).is_some_and(|word| COUNTED.contains(word));
        let is_page = |at: usize| at > 0 && words.get(at - 1).is_some_and(|word| PAGE_WORDS.contains(word));
        let mut stated = None;
        let mut is_certain = false;
        for at in 0..words.len() {
            let Some(number) = number_at(at).or_else(|| last_of_range(&words[at])) else { continue };
            let of_all = words.get(at + 1).filter(|word| OF.contains(word)).and_then(|_| number_at(at + 2));
            // `Users: 49` counts; `user 49` is a name.
            let is_many = |word: &String| !COUNTED.contains(format!("{word}s").as_str());
            let is_counted = is_counted_at(at + 1) || (at > 0 && is_counted_at(at - 1) && is_many(&words[at - 1]));
            is_certain |= is_counted || of_all.is_some();
            match of_all.or_else(|| is_counted.then_some(number)) {
                Some(number) if !is_page(at) => stated = stated.max(Some(number)),
                _ => {}
            }
        }
        let first = words.first()?;
        let is_footer = FOOTER_WORDS.contains(first);
        if stated.is_none() && TOTAL_WORDS.contains(first) {
            stated = (1..words.len().min(4)).find_map(number_at);
        }
        is_certain |= is_footer && (1..words.len()).any(|at| number_at(at).is_some());
        (is_footer || is_certain).then_some(Self { stated, is_certain })
    }
}

/// A whole number, with or without separators between thousands.
fn whole_number(word: &str) -> Option<u64> {
    let digits: String = word.chars().filter(|c| !",.'\u{2019}".contains(*c)).collect();
    let is_whole = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|_| is_whole)
}

/// The end of a range such as `1-500`.
fn last_of_range(word: &str) -> Option<u64> {
    let (first, last) = word.split_once('-')?;
    whole_number(first).and(whole_number(last))
}

/// True for cells that read like headers: no address, no number, nothing twice. Meant for rows after a gap.
#[must_use]
pub fn reads_like_headers(cells: &[&str]) -> bool {
    let filled: Vec<&str> = cells.iter().map(|cell| cell.trim_ascii()).filter(|cell| !cell.is_empty()).collect();
    let is_word = |cell: &&str| !cell.contains('@') && cell.chars().next().is_some_and(char::is_alphabetic);
    let is_once = |at: usize| !filled[..at].contains(&filled[at]);
    filled.len() > 1 && filled.iter().all(is_word) && (1..filled.len()).all(is_once)
}

/// The fault of a row that reads like the headers of another table.
#[must_use]
pub fn after_gap(span: Span) -> Fault {
    let message =
        "this row after a gap reads like the headers of another table: it and the rows below it are not judged";
    Fault::new(FaultKind::HeaderRepeated, span, message)
        .with_remedy("Put each table into a file of its own; if this is an account, remove the blank line above it.")
}

/// The fault of a row below another header row.
#[must_use]
pub fn below_headers(span: Span) -> Fault {
    Fault::new(FaultKind::RowNoAccount, span, "this row belongs to a second table")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FIELDS: [Option<Field>; 8] = [
        Some(Field::UserName),
        Some(Field::FirstName),
        Some(Field::LastName),
        Some(Field::Roles),
        Some(Field::Team),
        Some(Field::Scope),
        Some(Field::Active),
        None,
    ];

    fn kind_of(cells: &[&str]) -> RowKind {
        let headers = "User Name,First Name,Last Name,Roles,Team,Scope,Active,Cost Centre";
        classify(cells, &FIELDS, &HeaderWords::new(headers.split(',')))
    }

    fn kind(row: &str) -> RowKind {
        kind_of(&row.split(',').chain(std::iter::repeat("")).take(FIELDS.len()).collect::<Vec<_>>())
    }

    #[test]
    fn accounts_with_odd_names_are_accounts() {
        for row in [
            "t.recall@acme.example,Total,Recall,Agent,Billing,,TRUE",
            "page,Page,Turner,Agent,Billing",
            "count.n@acme.example,Count,Null,R&D Lead,Rows",
            "c.null,Chris,Null,Agent,Showing,,yes",
            "api,API,Feed,Administrator,Default Team,Operations",
            "a@acme.example,,,,,,,",
            "api user 49,API,Payroll,Administrator,Default Team,Operations",
            ",API,Payroll,Administrator,Default Team,,",
            "Lea Orr,Lea,Orr,Agent,Billing,,",
            "jdoe,John,Doe,Role 1,Team 2,Scope 3,inactive",
            "senha@acme.example,Ana,Senha,Agent,Billing,,",
            "jo,Jo,Pass,Agent,Pw,,",
            "x@acme.example,Login,Status,Agent,Page 2 of 3,,TRUE",
            "end.user@acme.example,End,User,Agent,1 of 3,,",
            "svc,API,Total,Administrator,Team,Operations,1",
            "d@acme.example,Dana,,,,,FALSE",
        ] {
            assert_eq!(kind(row), RowKind::Record, "{row}");
        }
    }

    #[test]
    fn rows_of_headers_are_recognized_in_any_order_and_with_marks() {
        for row in [
            "Employment Number,Main WFM View,Associated Groups and Teams,Assigned Roles,Team Name,Last Name,First Name",
            "*User Name,First Name *,Last Name:,Roles (list)",
            "1. User Name,2. First Name,3. Last Name,4. Roles",
            "user_name,first-name,LAST NAME",
            "E-Mail (name@acme.example),First Name,Last Name,Roles,Team",
            "Cost Centre,Active,Team,Scope,,,",
            "Benutzername,Vorname,Nachname,Rolle,Bereich",
            "Login,Note,Remark,Kennwort,Other",
            "Identifiant,Prénom,Nom,Rôle,Équipe",
        ] {
            assert_eq!(kind(row), RowKind::Headers, "{row}");
        }
    }

    #[test]
    fn footers_are_recognized_however_long_and_in_whatever_cells() {
        for (row, stated) in [
            ("Showing 1-500 of 812. Questions: support@tallow.example", Some(812)),
            ("Showing 1 to 500 of 812 entries. The limit of 500 rows was reached; ask for more.", Some(812)),
            (",,,Showing 1 to 500 of 1'812 entries", Some(1812)),
            ("Showing,1,to,500,of,812,entries", Some(812)),
            ("support@acme.example,Showing 1-500 of 812", Some(812)),
            ("(500 rows)", Some(500)),
            ("Total: 12", Some(12)),
            ("Total,2", Some(2)),
            ("Total,,,,,,12", Some(12)),
            (",,,,Grand total,12", Some(12)),
            ("TOTAL", None),
            ("Page 1 of 3", None),
            ("*** End of report ***", None),
            ("Generated,2026-11-20", None),
            ("500 of 812", Some(812)),
            ("Users,812", Some(812)),
            ("This list holds 500 of the accounts; there are 812 accounts in all.", Some(812)),
            ("Gesamt: 812 Benutzer", Some(812)),
            ("Seite 1 von 3", None),
        ] {
            assert_eq!(kind(row), RowKind::Footer(stated), "{row}");
        }
    }

    #[test]
    fn titles_and_doubtful_rows_are_no_accounts() {
        assert_eq!(kind(" , ,,"), RowKind::Blank);
        for row in ["Billing", ",,,,Billing", "Calabrio ONE user export - Acme, prepared for the audit of next year"] {
            assert!(matches!(kind(row), RowKind::Title | RowKind::Doubtful), "{row}");
        }
        for row in ["Filter,all teams", "Report: API users,Acme", "Acme,Confidential,2026", "jdoe,John"] {
            assert_eq!(kind(row), RowKind::Doubtful, "{row}");
        }
    }

    /// Names of real people and of real teams that are words of footers, headers or nothing.
    const ODD_NAMES: [&str; 16] = [
        "Total", "Page", "Count", "Null", "None", "End", "Grand", "Rows", "Summe", "User", "Scope", "Role", "Team",
        "R&D", "O'Brien", "Nguyễn",
    ];
    const ODD_ROLES: [&str; 6] = ["R&D Lead", "QA/QC", "Lead, Quality", "Agent", "Sr. Lead (EMEA)", "Total Quality"];

    fn documented() -> Vec<&'static str> {
        known_headers().map(|(name, _)| name).filter(|name| built_in_activity(name).is_none()).collect()
    }

    proptest! {
        #[test]
        fn an_account_is_one_whatever_its_names(
            first in prop::sample::select(ODD_NAMES.to_vec()),
            last in prop::sample::select(ODD_NAMES.to_vec()),
            role in prop::sample::select(ODD_ROLES.to_vec()),
            team in prop::sample::select(vec!["Default Team", "Team 2", "1 of 3", "Billing", "Page 1"]),
            active in prop::sample::select(vec!["", "TRUE", "inactive", "Oui"]),
            number in 0..100_000_u32,
        ) {
            let name = format!("{}.{number}@acme.example", letters(last));
            let cells = [name.as_str(), first, last, role, team, "", active, ""];
            prop_assert_eq!(kind_of(&cells), RowKind::Record);
        }

        #[test]
        fn words_of_headers_are_headers_in_any_order(
            names in prop::sample::subsequence(documented(), 3..9).prop_shuffle(),
            marks in prop::collection::vec(prop::sample::select(vec!["", "*", ":", " (2)", " #", " 1"]), 9),
            is_upper in any::<bool>(),
        ) {
            let decorated = |(name, mark): (&&str, &&str)| {
                format!("{}{mark}", if is_upper { name.to_uppercase() } else { (*name).to_owned() })
            };
            let cells: Vec<String> = names.iter().zip(&marks).map(decorated).collect();
            let cells: Vec<&str> = cells.iter().map(String::as_str).chain(std::iter::repeat("")).take(9).collect();
            // No column is known, as in a row of another width.
            prop_assert_eq!(classify(&cells, &[], &HeaderWords::default()), RowKind::Headers);
        }

        #[test]
        fn a_footer_states_how_many_there_are(
            (before, after) in prop::sample::select(vec![
                ("Showing 1-50 of ", ""),
                ("Showing 1 to 50 of ", " entries"),
                ("Total: ", ""),
                ("Total users: ", ""),
                ("(", " rows)"),
                ("", " records exported"),
                ("Results 1 - 50 of ", " accounts"),
                ("Insgesamt ", " Benutzer"),
            ]),
            said in 51..1_000_000_u64,
            column in 0..8_usize,
            tail in prop::sample::select(vec!["", ". Questions: support@acme.example", "; this list was cut at its limit"]),
        ) {
            let text = format!("{before}{said}{after}{tail}");
            let mut cells = [""; 8];
            cells[column] = &text;
            prop_assert_eq!(kind_of(&cells), RowKind::Footer(Some(said)));
            // The same words, one in each cell.
            let words: Vec<&str> = text.split(' ').collect();
            if words.len() <= 8 && tail.is_empty() {
                let cells: Vec<&str> = words.into_iter().chain(std::iter::repeat("")).take(8).collect();
                prop_assert_eq!(kind_of(&cells), RowKind::Footer(Some(said)));
            }
        }

        #[test]
        fn a_row_of_few_cells_is_never_an_account_by_its_length(
            words in prop::collection::vec("[A-Z][a-z]{2,9}", 2..40),
            column in 0..8_usize,
        ) {
            let text = words.join(" ");
            let mut cells = [""; 8];
            cells[column] = &text;
            prop_assert_ne!(kind_of(&cells), RowKind::Record);
        }
    }

    #[test]
    fn rows_after_a_gap_can_be_headers_of_any_language() {
        for headers in [&["Vorname", "Name", "", "Rolle"][..], &["\u{55b6}\u{696d}", "\u{540d}\u{524d}"]] {
            assert!(reads_like_headers(headers), "{headers:?}");
        }
        for account in [
            &["API", "Feed", "api.feed@acme.example"][..],
            &["API", "Feed", "svc", "4711"],
            &["Agent", "Agent", "svc"],
            &["alone", ""],
        ] {
            assert!(!reads_like_headers(account), "{account:?}");
        }
    }
}
