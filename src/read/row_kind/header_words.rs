//! Words of headers: those of the table, those that are documented, and those of other languages.

use std::collections::HashSet;
use std::sync::LazyLock;

use foldhash::fast::RandomState;

use crate::read::columns::known_headers;

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

/// The headers of a table, by which a row that repeats them is recognized.
#[derive(Clone, Debug, Default)]
pub struct HeaderWords(HashSet<String, RandomState>);

impl HeaderWords {
    /// Those of a table with these headers.
    pub fn new<'h>(headers: impl Iterator<Item = &'h str>) -> Self {
        Self(headers.map(letters).filter(|letters| letters.chars().count() > 1).collect())
    }

    pub(super) fn contains(&self, letters_of_cell: &str) -> bool {
        self.0.contains(letters_of_cell) || is_documented(letters_of_cell)
    }
}

/// True for the letters of a header that is documented or known in another language.
pub(super) fn is_documented(letters_of_cell: &str) -> bool {
    static DOCUMENTED: LazyLock<HashSet<String, RandomState>> = LazyLock::new(|| {
        let foreign = FOREIGN_HEADERS.iter().copied();
        known_headers().map(|(name, _)| name).chain(foreign).map(letters).collect()
    });
    DOCUMENTED.contains(letters_of_cell)
}

/// The letters of a header in lower case: marks, digits and spaces do not make it another one.
pub(super) fn letters(text: &str) -> String {
    let mut letters = String::with_capacity(text.len());
    letters.extend(text.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase));
    letters
}

/// True for cells that read like headers: no address, no number, nothing twice. Meant for rows after a gap.
#[must_use]
pub fn reads_like_headers(cells: &[&str]) -> bool {
    let filled: Vec<&str> = cells.iter().map(|cell| cell.trim_ascii()).filter(|cell| !cell.is_empty()).collect();
    let is_word = |cell: &&str| !cell.contains('@') && cell.chars().next().is_some_and(char::is_alphabetic);
    let is_once = |at: usize| !filled[..at].contains(&filled[at]);
    filled.len() > 1 && filled.iter().all(is_word) && (1..filled.len()).all(is_once)
}
