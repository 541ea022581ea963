//! `email`: a cell that must be an e-mail address.
//!
//! - **What it checks.** `require = "address"`: the cell is an address by RFC 5321 and, beyond ASCII, RFC 6531.
//!   `require = "routable"`: it is one that mail from outside can reach.
//! - **Parameters.** `field`; `require`.
//! - **Example.** `[check.email]` with `field = "user-name"` and `require = "address"`.
//! - **Edge cases.** A quoted local part, an IP literal and a domain without a dot are addresses, but not
//!   routable. A display name, a comment, a trailing dot and characters that cannot be seen are refused. What
//!   is not an address is not judged as routable: that is the other requirement's finding.

pub mod plain;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use unicode_normalization::char::canonical_combining_class;

use super::{Judgement, Reason, RecordCheck, TextShape, Violation};
use crate::diagnostic::fault::SpanLabel;
use crate::diagnostic::visible::{is_hidden, quoted};
use crate::record::confusables::odd_character;
use crate::record::site::Site;
use crate::record::{Cell, Field, FieldSet, Record};
use plain::{PlainAddress, plain};

#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Requirement {
    Address,
    Routable,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct EmailCheck {
    field: Field,
    require: Requirement,
}

impl RecordCheck for EmailCheck {
    fn reads(&self, _: FieldSet) -> FieldSet {
        FieldSet::EMPTY.with(self.field)
    }

    fn judge(&self, record: &dyn Record, _: &Site) -> Judgement {
        let field = self.field;
        let value = match record.cell(field) {
            Cell::Absent => return Judgement::NotDeterminable(Reason::NotCarried(field)),
            Cell::Value(value) => value,
            Cell::Blank(span) => return self.blank(SpanLabel::new(span)),
        };
        let fail = |message: String, label: &str| {
            // A character that poses as another is often the whole fault.
            let odd = odd_character(&value.text).map(|odd| format!("; {odd}")).unwrap_or_default();
            let label = SpanLabel::from(&value).with_message(format!("{label}{odd}"));
            Judgement::Fail(vec![Violation::new(field, &value.text, label, message + &odd)])
        };
        match (self.require, parse(&value.text)) {
            (Requirement::Address, Err(why)) => {
                fail(format!("the {} {} is not an e-mail address: {why}", field.label(), quoted(&value.text)), why)
            }
            (Requirement::Routable, Ok(address)) => match unroutable(address) {
                Some(why) => {
                    fail(format!("mail cannot reach the {} {}: {why}", field.label(), quoted(&value.text)), why)
                }
                None => Judgement::Pass,
            },
            (Requirement::Address, Ok(_)) => Judgement::Pass,
            (Requirement::Routable, Err(_)) => Judgement::NotApplicable(NO_ADDRESS),
        }
    }

    fn shape(&self) -> Option<TextShape> {
        Some(TextShape::PlainAddress)
    }
}

/// A plain address that mail can reach: it satisfies either demand.
#[inline]
pub(super) fn plain_and_routable(text: &str) -> Option<PlainAddress> {
    let found = plain(text)?;
    is_reachable(&text[found.last_dot? + 1..]).then_some(found)
}

/// False for last labels that lead nowhere, or that no domain has.
#[inline]
fn is_reachable(last_label: &str) -> bool {
    // The first letter rules these out for nearly all labels.
    match last_label.as_bytes() {
        [b'i' | b'I', ..] => !last_label.eq_ignore_ascii_case("invalid"),
        [b'l' | b'L', ..] => !last_label.eq_ignore_ascii_case("localhost"),
        [b'0'..=b'9', ..] => !is_number(last_label),
        _ => true,
    }
}

const NO_ADDRESS: Reason = Reason::Other("the user name is not an e-mail address");

impl EmailCheck {
    fn blank(&self, label: SpanLabel) -> Judgement {
        match self.require {
            Requirement::Address => {
                let message = format!("the {} is blank", self.field.label());
                Judgement::Fail(vec![Violation::new(self.field, "", label.with_message("nothing here"), message)])
            }
            Requirement::Routable => Judgement::NotApplicable(NO_ADDRESS),
        }
    }
}

/// An address in its two parts.
#[derive(Clone, Copy)]
struct Address<'a> {
    local: &'a str,
    domain: &'a str,
}

/// Octets of a local part, a domain and a whole address: RFC 5321, 4.5.3.1 (a path of 256 with its brackets).
const MAX_LOCAL_BYTES: usize = 64;
const MAX_DOMAIN_BYTES: usize = 253;
const MAX_ADDRESS_BYTES: usize = 254;

fn parse(text: &str) -> Result<Address<'_>, &'static str> {
    if let Some(PlainAddress { at, .. }) = plain(text) {
        let address = Address { local: &text[..at], domain: &text[at + 1..] };
        return names_a_host(address.domain).map(|()| address);
    }
    let (local, domain) = text.rsplit_once('@').ok_or("it has no `@`")?;
    if local.is_empty() {
        return Err("there is nothing before the `@`");
    }
    if domain.is_empty() {
        return Err("there is nothing after the `@`");
    }
    if text.contains(['\n', '\r']) {
        return Err("it contains a line end");
    }
    let is_quoted = local.starts_with('"');
    if text.char_indices().any(|(at, c)| is_hidden(c) && !is_joiner_in_place(text, at)) {
        return Err("it contains an invisible character");
    }
    if local.contains('@') && !is_quoted {
        return Err("it has more than one `@`");
    }
    if text.contains(' ') && !is_quoted {
        return Err("it contains a space");
    }
    let sent = domain_as_sent(domain)?;
    if !(is_dot_atom(local) || is_quoted && is_quoted_string(local)) {
        return Err("the part before the `@` is not a mailbox");
    }
    if local.len() > MAX_LOCAL_BYTES
        || sent.len() > MAX_DOMAIN_BYTES
        || local.len() + 1 + sent.len() > MAX_ADDRESS_BYTES
    {
        return Err("it is too long for an address");
    }
    Ok(Address { local, domain })
}

/// The domain as mail is sent to it: an IP literal, or a host name of A-labels.
fn domain_as_sent(domain: &str) -> Result<Cow<'_, str>, &'static str> {
    if let Some(literal) = domain.strip_prefix('[') {
        let literal = literal.strip_suffix(']').unwrap_or_default();
        let is_ip = match literal.strip_prefix("IPv6:") {
            Some(six) => six.parse::<std::net::Ipv6Addr>().is_ok(),
            None => literal.parse::<std::net::Ipv4Addr>().is_ok(),
        };
        return if is_ip { Ok(domain.into()) } else { Err("the part after the `@` is not an IP address") };
    }
    let sent = match domain.is_ascii() {
        true => Some(Cow::Borrowed(domain)),
        false => idna::domain_to_ascii_strict(domain).ok().map(Cow::Owned),
    };
    let sent = sent.filter(|sent| is_host_name(sent)).ok_or("the part after the `@` is not a domain")?;
    names_a_host(&sent).map(|()| sent)
}

/// No top-level domain is a number: RFC 3696, 2.
fn names_a_host(domain: &str) -> Result<(), &'static str> {
    if !is_number(&domain[memchr::memrchr(b'.', domain.as_bytes()).map_or(0, |dot| dot + 1)..]) {
        return Ok(());
    }
    Err(if domain.parse::<std::net::Ipv4Addr>().is_ok() {
        "the part after the `@` is an IP address without brackets"
    } else {
        "the last label of the domain is a number"
    })
}

fn is_number(label: &str) -> bool {
    label.bytes().all(|byte| byte.is_ascii_digit())
}

/// True for a joiner that the script needs: after a virama, or between two letters of Arabic script.
fn is_joiner_in_place(text: &str, at: usize) -> bool {
    const VIRAMA: u8 = 9;
    let is_arabic = |c: char| matches!(c, '\u{620}'..='\u{6ff}' | '\u{750}'..='\u{77f}');
    let Some(before) = text[..at].chars().next_back() else { return false };
    let mut from = text[at..].chars();
    let (joiner, after) = (from.next(), from.next());
    match joiner {
        Some('\u{200c}' | '\u{200d}') if canonical_combining_class(before) == VIRAMA => true,
        Some('\u{200c}') => is_arabic(before) && after.is_some_and(is_arabic),
        _ => false,
    }
}

/// Atoms with single dots between them: RFC 5322, 3.2.3, and RFC 6532 beyond ASCII.
fn is_dot_atom(text: &str) -> bool {
    let is_atom = |c: char| !c.is_ascii() || c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c);
    text.split('.').all(|atom| !atom.is_empty() && atom.chars().all(is_atom))
}

/// Text in quotes, with a backslash before inner ones: RFC 5321, 4.1.2.
fn is_quoted_string(text: &str) -> bool {
    let Some(inner) = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) else { return false };
    let mut inner = inner.chars();
    while let Some(c) = inner.next() {
        let is_fine = match c {
            '"' => false,
            '\\' => inner.next().is_some_and(|escaped| matches!(escaped, ' '..='~')),
            _ => true,
        };
        if !is_fine {
            return false;
        }
    }
    true
}

/// The longest label of a domain, in octets: RFC 1035, 2.3.4.
const MAX_LABEL_BYTES: usize = 63;

/// Labels of letters, digits and inner hyphens.
fn is_host_name(text: &str) -> bool {
    let is_label = |label: &str| {
        (1..=MAX_LABEL_BYTES).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    text.split('.').all(is_label)
}

fn unroutable(address: Address<'_>) -> Option<&'static str> {
    if address.local.starts_with('"') {
        return Some("few mail systems accept a quoted local part");
    }
    if address.domain.starts_with('[') {
        return Some("the domain is an IP literal");
    }
    let Some(dot) = memchr::memrchr(b'.', address.domain.as_bytes()) else {
        return Some("the domain has no dot");
    };
    let last = &address.domain[dot + 1..];
    if last.eq_ignore_ascii_case("invalid") {
        return Some("`.invalid` never resolves");
    }
    last.eq_ignore_ascii_case("localhost").then_some("`.localhost` never leaves the machine")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_domain_ends_in_a_label_that_is_no_number(
            labels in prop::collection::vec("[a-z0-9]{1,8}", 0..4),
            number in "[0-9]{1,6}",
            script in prop::sample::select(vec!["example", "例え", "ईन्फो", "рф"]),
        ) {
            let ending = |last: &str| labels.iter().map(String::as_str).chain([last]).collect::<Vec<_>>().join(".");
            for local in ["api", "राम"] {
                let address = |domain: &str| format!("{local}@{domain}");
                prop_assert!(parse(&address(&ending(&number))).is_err());
                prop_assert!(parse(&address(&ending(script))).is_ok());
                let numbered = ending(&[number.as_str(), script].join("."));
                prop_assert!(parse(&address(&numbered)).is_ok());
                prop_assert_eq!(plain_and_routable(&address(&ending(&number))), None);
            }
        }

        #[test]
        fn a_plain_address_is_one_by_the_grammar(text in "[a-c0-9.+-]{1,6}@[a-c0-9.-]{1,8}") {
            prop_assert!(plain_and_routable(&text).is_none() || parse(&text).is_ok());
        }
    }

    #[test]
    fn addresses_are_distinguished_from_other_text() {
        for good in [
            "api.payroll@acme.example",
            "a@b",
            "o'neil+x@acme.example",
            "\"quoted part\"@acme.example",
            "user@[192.0.2.1]",
            "user@[IPv6:2001:db8::1]",
            "zoë@acme.example",
            "api@bücher.example",
            "用户@例え.example",
            "राम@मोहन.ईन्फो",
            "ශ්\u{200d}රී@acme.example",
            "نامه\u{200c}ای@acme.example",
            "e\u{301}mile@acme.example",
            "api@3m.4gannet.example",
            "api@123.example",
            "\"a\\\"b\"@acme.example",
        ] {
            assert!(parse(good).is_ok(), "{good}: {:?}", parse(good).err());
        }
        for bad in [
            "API User",
            "api",
            "@acme.example",
            "api@",
            "a..b@acme.example",
            ".a@acme.example",
            "a.@acme.example",
            "a@-acme.example",
            "a@acme-.example",
            "a@acme..example",
            "a@acme.example.",
            "a@.example",
            "a@exa_mple.example",
            "a b@acme.example",
            "a@b@acme.example",
            "Name <a@acme.example>",
            "a@acme.example (comment)",
            "a\u{200b}b@acme.example",
            "\u{feff}a@acme.example",
            "a@acme\u{200b}.example",
            "a@[300.1.1.1]",
            "a@10.20.30.40",
            "a@mail.123",
            "a@123",
            "a@例え.１２３",
            "a@10.20.30.４０",
            "a\n@acme.example",
            "a@acme.example\r\nb",
            "\u{200d}a@acme.example",
            "a\u{200d}b@acme.example",
            "\"a\"b\"@acme.example",
            "\"a\\\"@acme.example",
            "a＠acme.example",
        ] {
            assert!(parse(bad).is_err(), "{bad}");
        }
        assert!(parse(&format!("{}@acme.example", "a".repeat(65))).is_err());
        assert!(parse(&format!("a@{}.example", "b".repeat(64))).is_err());
        // Octets count: of the local part as written, of the domain as A-labels.
        assert!(parse(&format!("{}@acme.example", "\u{e9}".repeat(32))).is_ok());
        assert!(parse(&format!("{}@acme.example", "\u{e9}".repeat(33))).is_err());
        let domain = |labels: usize| "\u{4f8b}\u{3048}.".repeat(labels) + "example";
        assert!(parse(&format!("api@{}", domain(20))).is_ok(), "203 octets as A-labels");
        assert!(parse(&format!("{}@{}", "a".repeat(60), domain(20))).is_err(), "264 octets as A-labels");
        assert!(parse(&format!("api@{}", domain(25))).is_err(), "253 octets and more");
    }

    #[test]
    fn a_plain_address_satisfies_both_demands() {
        assert!(plain_and_routable("api.payroll@acme.example").is_some());
        for text in ["a@localhost", "a@x.INVALID", "a@acme", "a@[192.0.2.1]", "api user", ""] {
            assert_eq!(plain_and_routable(text), None, "{text}");
        }
    }

    #[test]
    fn what_mail_cannot_reach() {
        let why = |text| unroutable(parse(text).unwrap_or_else(|why| panic!("{text}: {why}")));
        for text in ["\"a b\"@acme.example", "a@[192.0.2.1]", "a@localhost", "a@x.INVALID", "a@b.localhost"] {
            assert!(why(text).is_some(), "{text}");
        }
        for text in ["a@acme.example", "zoë@acme.example", "a@acme.test"] {
            assert!(why(text).is_none(), "{text}");
        }
    }
}
