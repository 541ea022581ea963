//! Signs in a document that its list of accounts is incomplete: a total, a next page, errors, accounts elsewhere.
//!
//! A page taken for the whole list would hide the accounts of the other pages, and one list those of another. Keys are
//! cut into words, so no spelling of them is listed here.

use super::key_words::{WordList, words_known};
use super::keys::{KeyMap, KeyMeaning};
use super::paging_words::{COUNTED, PAGING, described, paging_words, speak_of_error};
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::diagnostic::visible::quoted;
use crate::record::Field;
use crate::source::Span;
use crate::syntax::tree::{Node, NodeKind};

/// Something outside the list that says how complete it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompletenessSign {
    kind: SignKind,
    span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum SignKind {
    /// The number of all accounts.
    Total(u64),
    /// The number of accounts in the list.
    Length(u64),
    /// There are more accounts.
    More,
    /// Errors occurred.
    Errors,
    /// There is another list of accounts, under this key.
    OtherList(String),
    /// There is an account outside the list.
    OtherAccount,
}

impl CompletenessSign {
    /// The fault, if the list of `count` accounts is incomplete.
    #[must_use]
    pub fn fault(&self, count: u64) -> Option<Fault> {
        let truncated = |message: String| Fault::new(FaultKind::ExportTruncated, self.span, message);
        let one_list = "Put the accounts into one list, or into a document of their own, and run again.";
        Some(match &self.kind {
            SignKind::Total(total) if *total <= count => return None,
            SignKind::Length(length) if *length == count => return None,
            SignKind::Total(total) | SignKind::Length(total) => {
                truncated(format!("the document says that there are {total} accounts, and lists {count}"))
            }
            SignKind::More => truncated("the document says that there are more accounts than it lists".to_owned()),
            SignKind::Errors => {
                let message = "the document reports errors beside its accounts, so the list may be incomplete";
                truncated(message.to_owned())
            }
            SignKind::OtherList(key) => {
                let message =
                    format!("{} is another list of accounts beside the first, and was not judged", quoted(key));
                truncated(message).with_remedy(one_list)
            }
            SignKind::OtherAccount => {
                let message = "an account outside the list of accounts was not judged";
                truncated(message.to_owned()).with_remedy(one_list)
            }
        })
    }

    /// The sign that the list holds `length` accounts, which the text at `span` says.
    pub(super) const fn of_length(length: u64, span: Span) -> Self {
        Self { kind: SignKind::Length(length), span }
    }
}

/// Objects whose members are about the list beside them.
const HOLDERS: WordList =
    WordList("cursor cursors link links meta metadata page paging pagination pageinfo resultset summary");

/// Other keys of what went wrong while the list was made.
const FAILURES: WordList = WordList("exception exceptions failure failures");

/// Last words of keys of lists of accounts.
const LISTS: WordList = WordList("accounts people persons users");

/// The signs in the members of an object beside the list of accounts.
#[derive(Debug, Default)]
pub struct SignFinder {
    signs: Vec<CompletenessSign>,
    keys: KeyMap,
}

/// True if `value` says that what is beside it goes on elsewhere.
pub(super) fn says_there_is_more(key: &str, value: Node<'_>) -> bool {
    paging_sign(&paging_words(key), value, false).is_some()
}

/// Why what is here of an account, or of a list of it, may not be all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PartialKind {
    /// It goes on elsewhere.
    More,
    /// An error occurred.
    Error,
}

/// What `value` says of an account, or of its list that `key` describes and of which `listed` items are here.
pub(super) fn partial_kind(key: &str, value: Node<'_>, listed: Option<usize>) -> Option<PartialKind> {
    let words = described(key).map(|(_, words)| words).unwrap_or_default();
    match paging_sign(&words, value, false).or_else(|| list_sign(&words, value, false))? {
        SignKind::Total(total) => listed.is_some_and(|listed| total > listed as u64).then_some(PartialKind::More),
        SignKind::Errors => Some(PartialKind::Error),
        _ => Some(PartialKind::More),
    }
}

/// A member of an object: its key, and where the key is.
type KeyedNode<'k, 't> = (&'k str, Span, Node<'t>);

impl SignFinder {
    /// Finds the signs in the members beside the list of accounts.
    #[must_use]
    pub fn find(mut self, beside: &[KeyedNode<'_, '_>]) -> Vec<CompletenessSign> {
        self.object(beside, true);
        self.accounts_in_object(beside, None);
        self.signs
    }

    /// Finds accounts below a node that is not a list of accounts.
    pub(super) fn account_below(node: Node<'_>) -> Option<Span> {
        let mut finder = Self::default();
        finder.accounts(node.key().unwrap_or_default(), node.key_span().unwrap_or_else(|| node.start()), node);
        finder.signs.first().map(|sign| sign.span)
    }

    fn push(&mut self, kind: SignKind, span: Span) {
        self.signs.push(CompletenessSign { kind, span });
    }

    /// Finds signs of paging. With `is_about_list` the object is about the list of accounts.
    fn object(&mut self, members: &[KeyedNode<'_, '_>], is_about_list: bool) {
        let keyed: Vec<(Vec<String>, Node<'_>)> =
            members.iter().map(|(key, _, node)| (paging_words(key), *node)).collect();
        let is_over = keyed.iter().any(|(words, value)| says_over(words, *value));
        for (words, value) in &keyed {
            let kind = paging_sign(words, *value, is_over)
                .or_else(|| is_about_list.then(|| list_sign(words, *value, is_over)).flatten());
            if let Some(kind) = kind {
                self.push(kind, value.span());
            }
            let is_holder = is_holder(words);
            match value.kind() {
                NodeKind::Object => self.object(&members_of(*value), is_holder),
                NodeKind::Array if is_holder => {
                    value.children().for_each(|link| self.object(&members_of(link), true));
                }
                _ => {}
            }
        }
    }

    fn accounts(&mut self, key: &str, key_span: Span, node: Node<'_>) {
        match node.kind() {
            NodeKind::Object => self.accounts_in_object(&members_of(node), Some(key_span)),
            NodeKind::Array => {
                let has_objects = node.children().any(|child| child.kind() == NodeKind::Object);
                if has_objects && words_known(key, &[LISTS]).last().is_some_and(|word| LISTS.contains(word)) {
                    return self.push(SignKind::OtherList(key.to_owned()), key_span);
                }
                for child in node.children() {
                    let before = self.signs.len();
                    self.accounts("", child.start(), child);
                    if self.signs.len() > before {
                        // One is enough: the list may be long.
                        return;
                    }
                }
            }
            _ => {}
        }
    }

    /// Finds an account in an object, whose key is at `span`.
    fn accounts_in_object(&mut self, members: &[KeyedNode<'_, '_>], span: Option<Span>) {
        let span = span.or_else(|| members.first().map(|(_, key_span, _)| *key_span));
        if let Some(span) = span.filter(|_| self.is_account(members)) {
            return self.push(SignKind::OtherAccount, span);
        }
        for (key, key_span, node) in members {
            self.accounts(key, *key_span, *node);
        }
    }

    /// True for the key of a user name beside a name or roles.
    fn is_account(&mut self, members: &[KeyedNode<'_, '_>]) -> bool {
        let (mut has_user_name, mut has_more) = (false, false);
        for (key, _, _) in members {
            match self.keys.look_up(key) {
                KeyMeaning::LogIn | KeyMeaning::EMail => has_user_name = true,
                KeyMeaning::Field(Field::FirstName | Field::LastName | Field::Roles) => has_more = true,
                _ => has_more |= is_name(key),
            }
        }
        has_user_name && has_more
    }
}

fn is_name(key: &str) -> bool {
    let words = words_known(key, &[WordList("display full name")]);
    matches!(words.iter().map(String::as_str).collect::<Vec<_>>().as_slice(), ["name"] | ["display" | "full", "name"])
}

fn members_of<'t>(node: Node<'t>) -> Vec<KeyedNode<'t, 't>> {
    let keyed = |child: Node<'t>| Some((child.key()?, child.key_span().unwrap_or_else(|| child.start()), child));
    node.children().filter_map(keyed).collect()
}

fn is_holder(words: &[String]) -> bool {
    let text: String = words.concat();
    HOLDERS.contains(&text) || matches!(text.as_str(), "responsemetadata" | "listmetadata" | "listmeta")
}

/// True if a member says that there is no more, so that a cursor beside it leads nowhere.
fn says_over(words: &[String], value: Node<'_>) -> bool {
    (says_more(words) && is_no(value)) || (is_end(&words.join(" ")) && is_yes(value))
}

/// True for a flag that says whether there is more.
fn says_more(words: &[String]) -> bool {
    let is_paging = |word: &String| is_direction(word) || PAGING.contains(word) || COUNTED.contains(word);
    match words.split_first() {
        Some((first, rest)) if first == "has" => {
            rest.iter().any(|word| is_direction(word)) && rest.iter().all(is_paging)
        }
        Some((first, rest)) => first == "more" && rest.iter().all(is_paging),
        None => false,
    }
}

fn is_direction(word: &str) -> bool {
    matches!(word, "next" | "more" | "prev" | "previous")
}

/// True for a flag that says whether this is the end of the list.
fn is_end(key: &str) -> bool {
    let key = key.strip_prefix("is ").unwrap_or(key);
    matches!(key, "done" | "complete" | "completed" | "last" | "last page" | "end of list" | "end of records")
}

/// A sign that means paging wherever it is found.
fn paging_sign(words: &[String], value: Node<'_>, is_over: bool) -> Option<SignKind> {
    let key = words.join(" ");
    let has = |known: &[&str]| words.iter().any(|word| known.contains(&word.as_str()));
    let is_next = words.iter().any(|word| is_direction(word))
        && words.iter().all(|word| word != "more" && (is_direction(word) || PAGING.contains(word)));
    let is_token = has(&["continuation", "resumption"]) || (has(&["token"]) && has(&["page", "paging", "pagination"]));
    let is_cursor = is_next || is_token || matches!(key.as_str(), "last evaluated key" | "scroll id");
    let is_cut = matches!(
        key.strip_prefix("is ").unwrap_or(&key),
        "truncated" | "partial" | "partial results" | "incomplete" | "incomplete results"
    );
    let is_link = matches!(key.as_str(), "rel" | "relation")
        && ["next", "prev", "previous"].iter().any(|rel| is_text(value, rel));
    let is_link_at = |link: Node<'_>| {
        link.kind() == NodeKind::String && (link.text().contains("://") || link.text().trim_ascii().starts_with('/'))
    };
    let leads_on = value.kind() != NodeKind::Array || value.children().any(is_link_at);
    let is_sign = (is_cursor && !is_over && leads_on && says_something(value))
        || ((says_more(words) || is_cut) && is_yes(value))
        || is_link;
    is_sign.then_some(SignKind::More)
}

/// A whole number, however its thousands are set apart.
fn whole_number(text: &str) -> Option<u64> {
    let groups: Vec<&str> =
        text.split(|c: char| matches!(c, ',' | '.' | '\'' | '’' | '_') || c.is_whitespace()).collect();
    let is_grouped = groups.split_first().is_some_and(|(first, rest)| {
        let is_short = |group: &&str| matches!(group.len(), 1..=3);
        is_short(first) && rest.iter().all(is_short) && rest.last().is_some_and(|last| last.len() == 3)
    });
    if is_grouped { groups.concat().parse().ok() } else { text.parse().ok() }
}

/// The number of accounts that a total says there are at least.
fn counted(value: Node<'_>) -> Option<u64> {
    match value.kind() {
        NodeKind::Object => value.get("value").filter(|inner| inner.kind() != NodeKind::Object).and_then(counted),
        NodeKind::Number => {
            let text = value.text();
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a cast to an integer saturates"
            )]
            let rounded = |number: f64| number.ceil() as u64;
            text.parse().ok().or_else(|| text.parse::<f64>().ok().map(rounded))
        }
        NodeKind::String => {
            let text = value.text().trim();
            let is_open = text.starts_with('>') || text.ends_with('+');
            let number = |part: &str| whole_number(part.trim().trim_matches(['>', '=', '+', '~']).trim());
            // `2 of 9`, `1-2/9`: the last is the number of all.
            let last = text.split(['/', ' ']).next_back().filter(|last| last.len() < text.len());
            let all = number(text).or_else(|| {
                last.filter(|_| !text.contains(char::is_alphabetic) || text.contains(" of ")).and_then(number)
            })?;
            Some(all.saturating_add(u64::from(is_open && !text.contains('='))))
        }
        _ => None,
    }
}

/// The number of all in a sentence such as "Only the first 2 of 9 users are shown."
fn says_of_all(text: &str) -> Option<u64> {
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let all = words.windows(4).find_map(|window| {
        let [first, "of", all, what] = window else { return None };
        (first.parse::<u64>().is_ok() && COUNTED.contains(&what.to_lowercase())).then(|| all.parse().ok())?
    });
    all.filter(|_| words.len() > 4)
}

/// A sign that means the list of accounts only in an object about it.
fn list_sign(words: &[String], value: Node<'_>, is_over: bool) -> Option<SignKind> {
    let key = words.join(" ");
    let number = whole_number(value.text().trim());
    let is_total = words.iter().any(|word| matches!(word.as_str(), "total" | "count" | "found"));
    if is_total && words.iter().all(|word| COUNTED.contains(word)) {
        return counted(value).map(SignKind::Total);
    }
    if value.kind() == NodeKind::String && says_of_all(value.text()).is_some() {
        return says_of_all(value.text()).map(SignKind::Total);
    }
    if speak_of_error(words) || FAILURES.contains(&key) {
        return says_error(value).then_some(SignKind::Errors);
    }
    let is_sign = match key.as_str() {
        "cursor" | "end cursor" | "marker" | "token" | "bookmark" | "offset" if value.kind() == NodeKind::String => {
            !is_over && says_something(value) && (key != "offset" || number != Some(0))
        }
        "size limit exceeded" | "result size limit exceeded" | "limit exceeded" | "limit reached" => is_yes(value),
        "of" => return number.map(SignKind::Total),
        "offset" | "remaining" | "skip" | "skipped" => number.is_some_and(|number| number > 0),
        "page" | "pages" | "current page" | "last page" | "page count" | "page number" | "start index"
        | "total pages"
            if number.is_some() =>
        {
            number.is_some_and(|number| number > 1)
        }
        key => is_end(key) && is_no(value),
    };
    is_sign.then_some(SignKind::More)
}

/// False for null, false, zero, blank text, words for no error, and what holds nothing else.
fn says_error(value: Node<'_>) -> bool {
    const NO_ERROR: [&str; 12] =
        ["-", "0", "0.0", "[]", "{}", "n/a", "nil", "no", "no error", "no errors", "ok", "success"];
    match value.kind() {
        NodeKind::String => says_something(value) && !NO_ERROR.iter().any(|text| is_text(value, text)),
        // Whatever an entry of a list of errors says, it is one.
        NodeKind::Array => value.children().any(|one| match one.kind() {
            NodeKind::Object => one.children().next().is_some(),
            _ => says_error(one),
        }),
        NodeKind::Object => value.children().any(says_error),
        _ => says_something(value),
    }
}

fn is_text(value: Node<'_>, text: &str) -> bool {
    value.kind() == NodeKind::String && value.text().trim_ascii().eq_ignore_ascii_case(text)
}

fn is_yes(value: Node<'_>) -> bool {
    !is_no(value) && says_something(value)
}

fn is_no(value: Node<'_>) -> bool {
    value.as_bool() == Some(false) || ["false", "no", "0"].iter().any(|word| is_text(value, word))
}

/// False for null, false, zero, blank text, and what holds nothing else.
fn says_something(value: Node<'_>) -> bool {
    match value.kind() {
        NodeKind::Null => false,
        NodeKind::Bool => value.as_bool() == Some(true),
        NodeKind::Number => value.text().bytes().any(|byte| (b'1'..=b'9').contains(&byte)),
        NodeKind::String => {
            !value.text().trim_ascii().is_empty() && !["null", "false", "none"].iter().any(|word| is_text(value, word))
        }
        NodeKind::Object | NodeKind::Array => value.children().any(says_something),
    }
}

#[cfg(test)]
mod tests;
