//! What a document says beside its list of accounts about the rest of it: a total, a next page.
//!
//! A page that is taken for the whole list would hide the accounts of the other pages.

use super::columns::fold;
use super::json::{Member, members};
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::source::Span;

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

/// Keys of there being more, with a value that says so.
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
    "truncated",
];

/// Keys of objects that such keys stand in.
const HOLDERS: &[&str] = &["links", "meta", "metadata", "page", "paging", "pagination"];

/// Something a document says of the length of its list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// How many accounts there are; nothing where it says only that there are more.
    total: Option<u64>,
    span: Span,
}

impl Claim {
    /// The fault where the claim and the `count` accounts in the list do not agree.
    #[must_use]
    pub fn fault(&self, count: u64) -> Option<Fault> {
        let message = match self.total {
            Some(total) if total <= count => return None,
            Some(total) => format!("the document says that there are {total} accounts, and lists {count}"),
            None => "the document says that there are more accounts than it lists".to_owned(),
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
    found.extend(claim(member, text, base));
    if levels > 0 && HOLDERS.contains(&bare(&member.key).as_str()) {
        let start = member.value.start;
        for inner in members(&text[member.value.clone()], base + start as u64).unwrap_or_default() {
            let moved = Member { value: inner.value.start + start..inner.value.end + start, ..inner };
            collect(&moved, text, base, levels - 1, found);
        }
    }
}

fn claim(member: &Member, text: &str, base: u64) -> Option<Claim> {
    let key = bare(&member.key);
    let value = text[member.value.clone()].trim_ascii();
    let start = base + member.value.start as u64;
    let span = Span::new(start, start + value.len() as u64);
    if TOTALS.contains(&key.as_str()) {
        return value.trim_matches('"').parse().ok().map(|total| Claim { total: Some(total), span });
    }
    let number = value.trim_matches('"').parse::<u64>().unwrap_or(0);
    let is_part = (LEFT_OUT.contains(&key.as_str()) && number > 0) || (PAGES.contains(&key.as_str()) && number > 1);
    let is_last_page = ["islast", "islastpage", "last", "lastpage"].contains(&key.as_str()) && value == "false";
    // A word, an address, a number or an object that leads on; a list is something else.
    let leads_on = value == "true"
        || value.starts_with(['"', '{', '1', '2', '3', '4', '5', '6', '7', '8', '9'])
            && !["\"\"", "{}"].contains(&value);
    let says_more = MORE.contains(&key.as_str()) && leads_on;
    (is_part || is_last_page || says_more).then_some(Claim { total: None, span })
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
        ] {
            assert_eq!(says(whole, 2), Vec::<String>::new(), "{whole}");
        }
    }
}
