//! What a document says beside its list of accounts about the rest of it: a total, a next page, errors, another list.
//!
//! A page that is taken for the whole list would hide the accounts of the other pages, and one list those of another.

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

/// Something a document says of the length of its list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    said: Said,
    span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Said {
    /// So many accounts there are.
    Total(u64),
    /// There are more.
    More,
    /// Something went wrong.
    Errors,
    /// There is another list of accounts, under this key.
    Another(String),
}

impl Claim {
    /// The fault where the claim and the `count` accounts in the list do not agree.
    #[must_use]
    pub fn fault(&self, count: u64) -> Option<Fault> {
        let message = match &self.said {
            Said::Total(total) if *total <= count => return None,
            Said::Total(total) => format!("the document says that there are {total} accounts, and lists {count}"),
            Said::More => "the document says that there are more accounts than it lists".to_owned(),
            Said::Errors => {
                "the document speaks of errors beside its accounts, so the list may not be whole".to_owned()
            }
            Said::Another(key) => {
                let message =
                    format!("{} is another list of accounts beside the first, and was not judged", quoted(key));
                let remedy = "Put the accounts into one list, or into a document of their own, and run again.";
                return Some(Fault::new(FaultKind::ExportTruncated, self.span, message).with_remedy(remedy));
            }
        };
        Some(Fault::new(FaultKind::ExportTruncated, self.span, message))
    }
}

/// What the members beside a list say of its length.
#[must_use]
pub fn claims(beside: &[&Member], text: &str, base: u64) -> Vec<Claim> {
    let mut found = Vec::new();
    for member in beside {
        collect(member, text, base, DEEPEST, &mut found);
    }
    found
}

/// How deep such keys stand in each other.
const DEEPEST: usize = 4;

/// What a member says, and where it holds others, what they say.
fn collect(member: &Member, text: &str, base: u64, levels: usize, found: &mut Vec<Claim>) {
    let value = &text[member.value.clone()];
    let start = base + member.value.start as u64;
    found.extend(claim(member, text, base));
    if !HOLDERS.contains(&bare(&member.key).as_str()) {
        let is_list = levels == DEEPEST && holds_accounts(&member.key, value, DEEPEST);
        found.extend(is_list.then(|| Claim { said: Said::Another(member.key.clone()), span: member.key_span }));
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

/// The elements of an array, at most so many; none where there is no array.
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

/// True for an array or object in which, however deep, stands what is called a list of accounts or has what accounts
/// have. One account alone may be whoever asked for the list.
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

/// True for an object with a name and one more thing that accounts have.
fn is_account(value: &str) -> bool {
    let mut book = KeyMap::default();
    let known = members(value, 0).unwrap_or_default();
    let fields: Vec<Field> = known.iter().filter_map(|member| book.look_up(&member.key).field()).collect();
    let is_name = |field: &Field| matches!(field, Field::UserName | Field::FirstName | Field::LastName);
    fields.len() > 1 && fields.iter().any(is_name)
}

fn claim(member: &Member, text: &str, base: u64) -> Option<Claim> {
    let key = bare(&member.key);
    let value = text[member.value.clone()].trim_ascii();
    let start = base + member.value.start as u64;
    let span = Span::new(start, start + value.len() as u64);
    let said = |said| Some(Claim { said, span });
    if TOTALS.contains(&key.as_str()) {
        return value.trim_matches('"').parse().ok().and_then(|total| said(Said::Total(total)));
    }
    if ERRORS.contains(&key.as_str()) {
        let bare: String = value.chars().filter(|c| !c.is_ascii_whitespace()).collect();
        return if ["null", "[]", "{}", "\"\"", "false", "0"].contains(&bare.as_str()) {
            None
        } else {
            said(Said::Errors)
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
    if is_part || is_last_page || says_more || is_next { said(Said::More) } else { None }
}

/// A key as it is compared here.
fn bare(key: &str) -> String {
    fold(key).replace([' ', '@', '$'], "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(text: &str, count: u64) -> Vec<String> {
        let found = members(text, 0).expect("an object");
        let beside: Vec<&Member> = found.iter().collect();
        claims(&beside, text, 0).iter().filter_map(|claim| claim.fault(count)).map(|fault| fault.message).collect()
    }

    #[test]
    fn a_page_is_told_from_the_whole() {
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
