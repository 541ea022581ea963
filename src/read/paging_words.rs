//! Words by which keys speak of pages and totals, in any spelling.

use super::columns::{by_key, fold};
use super::key_words::{WordList, words_known};
use crate::record::Field;

/// Words of where the next page begins.
pub const PAGING: WordList = WordList(
    "cursor cursors href index link links mark marker number odata offset page pages record records results start token uri url",
);

/// Words of what a total counts.
pub const COUNTED: WordList = WordList(
    "account accounts all available count display element elements entries entry found hit hits item items num number odata \
     of people person persons record records result results row rows size total user users",
);

/// Other words of keys of paging, so that `hasmore` can be cut.
pub const OTHER: WordList = WordList(
    "bookmark complete completed continuation current done end evaluated has incomplete is key last more next paging \
     pagination partial prev previous remaining scroll skip skipped truncated",
);

/// The words of a key, without the prefix of a namespace.
pub fn paging_words(key: &str) -> Vec<String> {
    // OData writes what is said of a list as `list@odata.nextLink`.
    let key = key.rsplit_once('@').map_or(key, |(_, said)| said);
    let mut words = words_known(key, &[PAGING, COUNTED, OTHER]);
    if words.len() > 1 && matches!(words[0].as_str(), "hydra" | "i" | "odata" | "x") {
        words.remove(0);
    }
    words
}

/// True for a key that may say that there is more elsewhere.
pub fn may_say_more(key: &str) -> bool {
    const SIGNS: WordList = WordList(
        "continuation evaluated has incomplete more next partial prev previous rel relation resumption scroll token truncated",
    );
    paging_words(key).iter().any(|word| SIGNS.contains(word))
}

/// Words of what went wrong.
const ERROR: WordList = WordList("error errors");

/// Words for whom or for what, before an error.
const FOR_WHAT: WordList = WordList(
    "account accounts fetch group groups has is load main odata partial people person persons read role roles scope team teams user users \
    view views",
);

/// Words for what is said of an error, after it.
const OF_ERROR: WordList =
    WordList("code codes description descriptions detail details message messages reason reasons text texts");

/// True if the words of a key say that an error occurred: `error`, `errorMessage`, `hasErrors`, `rolesError`.
pub fn speak_of_error(words: &[String]) -> bool {
    let Some(at) = words.iter().position(|word| ERROR.contains(word)) else { return false };
    words[..at].iter().all(|word| FOR_WHAT.contains(word)) && words[at + 1..].iter().all(|word| OF_ERROR.contains(word))
}

/// What of an account a key says more of, such as `roles@odata.nextLink`, `hasMoreRoles` or `rolesError`, and the words by which it
/// does; no field for the account as a whole.
pub fn described(key: &str) -> Option<(Option<Field>, Vec<String>)> {
    const ROLES: WordList = WordList("role roles");
    let lower = key.to_lowercase();
    if lower.contains("error") {
        let words = words_known(key, &[ERROR, FOR_WHAT, OF_ERROR]);
        let field = words.iter().any(|word| ROLES.contains(word)).then_some(Field::Roles);
        return speak_of_error(&words).then_some((field, words));
    }
    let (field, words) = match key.split_once('@') {
        Some((list, _)) => (by_key(&fold(list))?, paging_words(key)),
        // Most keys need not be cut into words.
        None if !lower.contains("role") => return None,
        None => {
            let mut words = words_known(key, &[PAGING, COUNTED, OTHER, ROLES]);
            let whole = words.len();
            words.retain(|word| !ROLES.contains(word));
            (Field::Roles, if words.len() < whole { words } else { Vec::new() })
        }
    };
    let is_about = |word: &String| [PAGING, COUNTED, OTHER].iter().any(|list| list.contains(word));
    (field.is_list() && !words.is_empty() && words.iter().all(is_about)).then_some((Some(field), words))
}
