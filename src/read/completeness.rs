//! Signs in a document that its list of accounts is incomplete: a total, a next page, errors, another list.
//!
//! A page taken for the whole list would hide the accounts of the other pages, and one list those of another.

use super::columns::fold;
use super::keys::KeyMap;
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::diagnostic::visible::quoted;
use crate::record::Field;
use crate::source::Span;
use crate::syntax::json::{Element, Elements, Member, members};
use crate::syntax::tree::Tree;

/// Keys of how many accounts there are in all, folded and without joints.
const TOTALS: &[&str] = &[
    "count",
    "itemcount",
    "numfound",
    "recordstotal",
    "size",
    "total",
    "totalcount",
    "totalelements",
    "totalitems",
    "totalrecords",
    "totalresults",
    "totalusers",
];

/// Keys of a number that is 0 where the list is whole: what lies before it or after it.
const LEFT_OUT: &[&str] = &["offset", "remaining", "skip", "skipped"];

/// Keys of which page this is, counted from 1, and of how many there are.
const PAGES: &[&str] =
    &["currentpage", "lastpage", "page", "pagecount", "pagenumber", "pages", "startindex", "totalpages"];

/// Keys of there being more, before or after, with a value that says so.
const MORE: &[&str] = &[
    "continuationtoken",
    "cursor",
    "hasmore",
    "hasnext",
    "hasnextpage",
    "more",
    "moreavailable",
    "next",
    "nextcursor",
    "nextlink",
    "nextpage",
    "nextpagetoken",
    "nextpageurl",
    "odata.nextlink",
    "partial",
    "prev",
    "previous",
    "previouslink",
    "previouspage",
    "prevlink",
    "prevpage",
    "truncated",
];

/// Keys of objects that such keys stand in.
const HOLDERS: &[&str] = &["link", "links", "meta", "metadata", "page", "paging", "pagination"];

/// Keys of what went wrong while the list was made.
const ERRORS: &[&str] = &["error", "errors", "exceptions", "failures", "partialerrors"];

/// Last words of keys of lists of accounts.
const LISTS: &[&str] = &["accounts", "people", "persons", "users"];

/// Something beside the list that says how complete it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompletenessSign {
    kind: SignKind,
    span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum SignKind {
    /// The number of all accounts.
    Total(u64),
    /// There are more accounts.
    More,
    /// Errors occurred.
    Errors,
    /// There is another list of accounts, under this key.
    OtherList(String),
}

impl CompletenessSign {
    /// The fault, if the list of `count` accounts is incomplete.
    #[must_use]
    pub fn fault(&self, count: u64) -> Option<Fault> {
        let message = match &self.kind {
            SignKind::Total(total) if *total <= count => return None,
            SignKind::Total(total) => format!("the document says that there are {total} accounts, and lists {count}"),
            SignKind::More => "the document says that there are more accounts than it lists".to_owned(),
            SignKind::Errors => {
                "the document reports errors beside its accounts, so the list may be incomplete".to_owned()
            }
            SignKind::OtherList(key) => {
                let message =
                    format!("{} is another list of accounts beside the first, and was not judged", quoted(key));
                let remedy = "Put the accounts into one list, or into a document of their own, and run again.";
                return Some(Fault::new(FaultKind::ExportTruncated, self.span, message).with_remedy(remedy));
            }
        };
        Some(Fault::new(FaultKind::ExportTruncated, self.span, message))
    }
}

/// The signs in the members beside a list.
#[must_use]
pub fn completeness_signs(beside: &[&Member], text: &str, base: u64) -> Vec<CompletenessSign> {
    let mut found = Vec::new();
    for member in beside {
        collect(member, text, base, DEEPEST, &mut found);
    }
    found
}

/// How deep such objects are nested.
const DEEPEST: usize = 4;

fn collect(member: &Member, text: &str, base: u64, levels: usize, found: &mut Vec<CompletenessSign>) {
    let value = &text[member.value.clone()];
    let start = base + member.value.start as u64;
    found.extend(sign_of(member, text, base));
    if !HOLDERS.contains(&bare(&member.key).as_str()) {
        let is_list = levels == DEEPEST && holds_accounts(&member.key, value, DEEPEST);
        found.extend(
            is_list.then(|| CompletenessSign { kind: SignKind::OtherList(member.key.clone()), span: member.key_span }),
        );
        return;
    }
    if levels == 0 {
        return;
    }
    let within = |range: std::ops::Range<usize>| {
        let from = member.value.start;
        from + range.start..from + range.end
    };
    for inner in members(value, start).unwrap_or_default() {
        collect(&Member { value: within(inner.value), ..inner }, text, base, levels - 1, found);
    }
    for element in elements(value) {
        for inner in members(&value[element.clone()], start + element.start as u64).unwrap_or_default() {
            let at = element.start + inner.value.start..element.start + inner.value.end;
            collect(&Member { value: within(at), ..inner }, text, base, levels - 1, found);
        }
    }
}

/// The first elements of an array; none if it is not an array.
fn elements(value: &str) -> Vec<std::ops::Range<usize>> {
    /// More relations than any page has.
    const MOST: usize = 64;
    let mut tree = Tree::new();
    let Ok(mut walk) = Elements::new(value, 0, 0) else { return Vec::new() };
    let next = || match walk.read(&mut tree) {
        Some(Element::Whole(range)) => Some(range),
        Some(Element::Refused(..) | Element::Broken(_)) | None => None,
    };
    std::iter::from_fn(next).take(MOST).collect()
}

/// True for an array or object that holds, at any depth, several accounts or something named like a list of them. A
/// single account may be whoever asked for the list.
fn holds_accounts(key: &str, value: &str, levels: usize) -> bool {
    let elements = elements(value);
    let is_called_so = LISTS.iter().any(|word| bare(key).ends_with(word));
    if !elements.is_empty() && (is_called_so || elements.iter().any(|element| is_account(&value[element.clone()]))) {
        return true;
    }
    let inner = members(value, 0).unwrap_or_default();
    let count = inner.iter().filter(|member| is_account(&value[member.value.clone()])).count();
    let goes_on = |member: &Member| holds_accounts(&member.key, &value[member.value.clone()], levels - 1);
    count > 1 || (levels > 0 && inner.iter().any(goes_on))
}

/// True for an object with a name and one more field of accounts.
fn is_account(value: &str) -> bool {
    let mut keys = KeyMap::default();
    let known = members(value, 0).unwrap_or_default();
    let fields: Vec<Field> = known.iter().filter_map(|member| keys.look_up(&member.key).field()).collect();
    let is_name = |field: &Field| matches!(field, Field::UserName | Field::FirstName | Field::LastName);
    fields.len() > 1 && fields.iter().any(is_name)
}

fn sign_of(member: &Member, text: &str, base: u64) -> Option<CompletenessSign> {
    let key = bare(&member.key);
    let value = text[member.value.clone()].trim_ascii();
    let start = base + member.value.start as u64;
    let span = Span::new(start, start + value.len() as u64);
    let sign = |kind| Some(CompletenessSign { kind, span });
    if TOTALS.contains(&key.as_str()) {
        return value.trim_matches('"').parse().ok().and_then(|total| sign(SignKind::Total(total)));
    }
    if ERRORS.contains(&key.as_str()) {
        let bare: String = value.chars().filter(|c| !c.is_ascii_whitespace()).collect();
        return if ["null", "[]", "{}", "\"\"", "false", "0"].contains(&bare.as_str()) {
            None
        } else {
            sign(SignKind::Errors)
        };
    }
    let number = value.trim_matches('"').parse::<u64>().unwrap_or(0);
    let is_part = (LEFT_OUT.contains(&key.as_str()) && number > 0) || (PAGES.contains(&key.as_str()) && number > 1);
    let is_last_page = ["islast", "islastpage", "last", "lastpage"].contains(&key.as_str()) && value == "false";
    // A word, an address, a number or an object that leads on; a list is something else.
    let leads_on = value == "true"
        || value.starts_with(['"', '{', '1', '2', '3', '4', '5', '6', '7', '8', '9'])
            && !["\"\"", "{}"].contains(&value);
    let says_more = MORE.contains(&key.as_str()) && leads_on;
    let leads = ["\"next\"", "\"prev\"", "\"previous\""];
    let is_next = key == "rel" && leads.iter().any(|known| value.eq_ignore_ascii_case(known));
    if is_part || is_last_page || says_more || is_next { sign(SignKind::More) } else { None }
}

/// A key as it is compared here: folded, without spaces and signs.
fn bare(key: &str) -> String {
    fold(key).replace([' ', '@', '$'], "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(text: &str, count: u64) -> Vec<String> {
        let found = members(text, 0).expect("an object");
        let beside: Vec<&Member> = found.iter().collect();
        completeness_signs(&beside, text, 0)
            .iter()
            .filter_map(|sign| sign.fault(count))
            .map(|fault| fault.message)
            .collect()
    }

    #[test]
    fn a_page_is_not_the_whole_list() {
        for page in [
            r#"{"total":500}"#,
            r#"{"total_count":"500"}"#,
            r#"{"paging":{"total":500}}"#,
            r#"{"hasMore":true}"#,
            r#"{"@odata.nextLink":"x"}"#,
            r#"{"_links":{"next":{"href":"x"}}}"#,
            r#"{"last":false}"#,
            r#"{"page":1,"pages":9}"#,
            r#"{"page":2}"#,
            r#"{"offset":100,"limit":100}"#,
            r#"{"meta":{"pagination":{"total":812}}}"#,
            r#"{"isLastPage":false}"#,
            r#"{"cursor":"abc"}"#,
            r#"{"recordsTotal":812}"#,
            r#"{"remaining":5}"#,
            r#"{"startIndex":101}"#,
            r#"{"partial":true}"#,
            r#"{"links":[{"rel":"self","href":"x"},{"rel":"next","href":"x"}]}"#,
            r#"{"_links":[{"next":"x"}]}"#,
            r#"{"next":null,"previous":"https://acme.example/?page=1"}"#,
            r#"{"errors":[{"code":500}]}"#,
            r#"{"meta":{"error":"timeout"}}"#,
            r#"{"inactiveUsers":[{"id":1}]}"#,
            r#"{"rest":[{"email":"a@acme.example","firstName":"A"}]}"#,
            r#"{"data":{"users":[{"id":1}]}}"#,
            r#"{"removed":{"a":{"email":"a@acme.example","team":"A"},"b":{"email":"b@acme.example","team":"A"}}}"#,
        ] {
            assert_eq!(says(page, 2).len(), 1, "{page}");
        }
        for whole in [
            r#"{"total":2}"#,
            r#"{"hasMore":false,"next":null,"last":true}"#,
            r#"{"page":1,"note":"total 500"}"#,
            r#"{"page":1,"pages":1,"offset":0,"isLastPage":true,"startIndex":1,"cursor":null,"remaining":0}"#,
            r#"{"next":["none"],"more":{}}"#,
            r#"{"paging":{"nextCursor":""}}"#,
            r#"{"links":[{"rel":"self","href":"x"},{"rel":"first"}],"errors":[ ],"error":null}"#,
            r#"{"askedBy":{"email":"a@acme.example","firstName":"A"},"for":{"who":{"email":"a@acme.example","team":"A"}}}"#,
            r#"{"teams":[{"id":1,"name":"Billing"}],"inactiveUsers":[],"tags":["users"]}"#,
        ] {
            assert_eq!(says(whole, 2), Vec::<String>::new(), "{whole}");
        }
    }
}
