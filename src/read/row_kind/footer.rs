//! Words under a list: what counts accounts, a page or a total.

use crate::read::key_words::WordList;

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
/// Words under a list.
pub struct Footer {
    /// How many accounts they say the list has.
    pub stated: Option<u64>,
    /// They count something; without numbers the same words can be names.
    pub is_certain: bool,
}

impl Footer {
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.to_lowercase();
        let is_joint = |c: char| {
            c.is_whitespace()
                || matches!(c, '(' | ')' | '[' | ']' | '{' | '}' | ':' | ';' | '*' | '=' | '#' | '|' | '/')
                || matches!(c, '\u{2013}' | '\u{2014}')
        };
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
    let is_digit = |c: char| c.is_ascii_digit();
    let is_separator = |c: char| matches!(c, ',' | '.' | '\'' | '\u{2019}');
    let is_whole = word.contains(is_digit) && word.chars().all(|c| is_digit(c) || is_separator(c));
    is_whole.then(|| word.replace(is_separator, "").parse().ok()).flatten()
}

/// The end of a range such as `1-500`.
fn last_of_range(word: &str) -> Option<u64> {
    let (first, last) = word.split_once('-')?;
    whole_number(first).and(whole_number(last))
}
