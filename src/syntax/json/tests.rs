//! What the JSON reader takes, refuses, and where it says so.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;
use crate::diagnostic::fault::FaultKind;
use crate::syntax::tree::Node;
use crate::syntax::tree::debug_dump::{debug_dump, parsed, slice};

fn read(text: &str) -> Result<String, Fault> {
    parsed(text, parse_document)
}

#[test]
fn values_keep_their_text_and_place() {
    let cases = [
        ("null", "-"),
        (" true ", "true"),
        ("-0", "n'-0'"),
        ("1E+400", "n'1E+400'"),
        ("184467440737095516160.50", "n'184467440737095516160.50'"),
        ("\"\"", "s''"),
        ("\"é😀\"", "s'é😀'"),
        ("[]", "[]"),
        ("{ }", "{}"),
        ("[1,[2,[]],{}]", "[n'1', [n'2', []], {}]"),
        (r#"{"a":{"b":[true,false,null]}}"#, "{a: {b: [true, false, -]}}"),
        (r#""\u00e9\ud83d\ude00\n\/""#, "s'é😀\n/'<'\\u00e9\\ud83d\\ude00\\n\\/'"),
        (r#"{"\u0061":"x"}"#, r"{a<'\u0061': s'x'}"),
        ("\r\n\t [ \"a\" , 1 ]\n", "[s'a', n'1']"),
        (r#""\u0000""#, "s'\0'<'\\u0000'"),
    ];
    for (text, expected) in cases {
        assert_eq!(read(text).as_deref(), Ok(expected), "{text}");
    }
}

#[test]
fn spans_count_from_the_base_and_hold_quotes_only_outside() {
    let text = r#"{"é": "x", "b": [1, "\n"]}"#;
    let mut tree = Tree::new();
    parse_document(text, 1000, &mut tree).expect("sound");
    let root = tree.root(text, 1000).expect("a value");
    assert_eq!(root.outer(), Span::new(1000, 1000 + text.len() as u64));
    let first = root.get("é").expect("there");
    assert_eq!(slice(first, first.key_span().expect("a key")), "é");
    assert_eq!((slice(first, first.outer()), slice(first, first.span())), ("\"x\"", "x"));
    let list = root.get("b").expect("there");
    assert_eq!(slice(list, list.outer()), r#"[1, "\n"]"#);
    let last = list.children().last().expect("two");
    assert_eq!((slice(last, last.outer()), slice(last, last.span()), last.text()), (r#""\n""#, "\\n", "\n"));
}

#[test]
fn a_value_may_be_followed_by_what_the_caller_likes() {
    for (text, after) in [("  {\"a\":1} x", 9), ("[] []", 2), ("12 13", 2), ("true,", 4)] {
        assert_eq!(parse(text, 0, &mut Tree::new()), Ok(after), "{text}");
    }
}

/// Text, kind, message, the source at the first mark with its offset, and the second mark's.
type Refusal = (&'static str, FaultKind, &'static str, (usize, &'static str), Option<(usize, &'static str)>);

const SYNTAX: FaultKind = FaultKind::SyntaxInvalid;

const REFUSALS: &[Refusal] = &[
    ("", SYNTAX, "expected a value, found the end of the text", (0, ""), None),
    ("  ", SYNTAX, "expected a value, found the end of the text", (2, ""), None),
    ("[1,]", SYNTAX, "expected a value, found `]`", (3, "]"), Some((2, ","))),
    (r#"{"a":1,}"#, SYNTAX, "expected a key in double quotes, found `}`", (7, "}"), Some((6, ","))),
    ("[1 2]", SYNTAX, "expected `,` or `]`", (3, "2"), None),
    (r#"["a" "b"]"#, SYNTAX, "expected `,` or `]`, found a string", (5, "\""), None),
    (r#"{"a" 1}"#, SYNTAX, "expected `:` after the key", (5, "1"), None),
    (r#"{"a":1]"#, SYNTAX, "expected `,` or `}`, found `]`", (6, "]"), Some((0, "{"))),
    (r#"{"a":[1}"#, SYNTAX, "expected `,` or `]`, found `}`", (7, "}"), Some((5, "["))),
    (r#"{"a":"#, SYNTAX, "the text ends inside an object", (5, ""), Some((0, "{"))),
    (r#"{"a""#, SYNTAX, "the text ends inside an object", (4, ""), Some((0, "{"))),
    ("[1,", SYNTAX, "the text ends inside an array", (3, ""), Some((0, "["))),
    ("[1", SYNTAX, "the text ends inside an array", (2, ""), Some((0, "["))),
    ("[", SYNTAX, "the text ends inside an array", (1, ""), Some((0, "["))),
    (r#"["abc"#, SYNTAX, "the text ends inside a string", (5, ""), Some((1, "\""))),
    (r#"["abc\"#, SYNTAX, "the text ends inside a string", (6, ""), Some((1, "\""))),
    ("1 2", SYNTAX, "expected the end of the text", (2, "2"), None),
    ("{a:1}", SYNTAX, "expected a key in double quotes or `}`", (1, "a"), None),
    ("['x']", SYNTAX, "expected a value", (1, "'"), None),
    ("[é]", SYNTAX, "expected a value", (1, "é"), None),
    ("[secret]", SYNTAX, "expected a value", (1, "secret"), None),
    ("[True]", SYNTAX, "expected a value", (1, "True"), None),
    ("[trueish]", SYNTAX, "expected a value", (1, "trueish"), None),
    ("[NaN]", SYNTAX, "expected a value", (1, "NaN"), None),
    ("// hi\n1", SYNTAX, "expected a value", (0, "/"), None),
    ("[1 // hi\n]", SYNTAX, "expected `,` or `]`", (3, "/"), None),
    ("\u{feff}1", SYNTAX, "expected a value", (0, "\u{feff}"), None),
    ("-", SYNTAX, "expected a digit after `-`", (1, ""), None),
    ("-a", SYNTAX, "expected a digit after `-`", (1, "a"), None),
    ("01", SYNTAX, "a number has a leading zero", (0, "0"), None),
    ("1.", SYNTAX, "expected a digit after the decimal point", (2, ""), None),
    ("1.e1", SYNTAX, "expected a digit after the decimal point", (2, "e"), None),
    ("1e+", SYNTAX, "expected a digit in the exponent of a number", (3, ""), None),
    (".5", SYNTAX, "expected a value", (0, "."), None),
    ("+1", SYNTAX, "expected a value", (0, "+"), None),
    ("\"a\nb\"", SYNTAX, "a string continues past the end of its line", (2, "\n"), None),
    ("\"é\tb\"", SYNTAX, "a string contains a tab", (3, "\t"), None),
    ("\"\u{1b}\"", SYNTAX, "a string contains a control character", (1, "\u{1b}"), None),
    ("\"\\x\"", SYNTAX, r#"expected one of `\" \\ \/ \b \f \n \r \t \u` in a string"#, (2, "x"), None),
    ("\"\\é\"", SYNTAX, r#"expected one of `\" \\ \/ \b \f \n \r \t \u` in a string"#, (2, "é"), None),
    (r#""\u12g4""#, SYNTAX, "expected four hexadecimal digits after `\\u`", (5, "g"), None),
    (r#""\u12é4""#, SYNTAX, "expected four hexadecimal digits after `\\u`", (5, "é"), None),
    (r#""a\ud800""#, SYNTAX, "a string has half a surrogate pair, which is not a character", (2, "\\ud800"), None),
    (r#""\udc00""#, SYNTAX, "a string has half a surrogate pair, which is not a character", (1, "\\udc00"), None),
    (r#""\ud800\u0041""#, SYNTAX, "a string has half a surrogate pair, which is not a character", (1, "\\ud800"), None),
    (
        r#"{"a":1,"\u0061":2}"#,
        FaultKind::KeyDuplicate,
        "a mapping has the same key twice",
        (8, "\\u0061"),
        Some((2, "a")),
    ),
];

#[test]
fn refusals_say_what_and_where() {
    for &(text, kind, message, place, second) in REFUSALS {
        let fault = read(text).expect_err(text);
        assert_eq!((fault.kind, fault.message.as_str()), (kind, message), "{text}");
        let marks: Vec<(usize, &str)> = fault
            .labels
            .iter()
            .map(|mark| (mark.span.start as usize, &text[mark.span.start as usize..mark.span.end as usize]))
            .collect();
        assert_eq!(marks, std::iter::once(place).chain(second).collect::<Vec<_>>(), "{text}");
    }
}

#[test]
fn likely_slips_get_a_remedy() {
    let cases = [
        ("[True]", "Write `true`, `false` and `null` in small letters."),
        ("['x']", "Put strings in double quotes."),
        ("[“x”]", "Put strings in straight double quotes."),
        ("{a:1}", "Put keys in double quotes."),
        ("[1,]", "Remove the comma before the bracket."),
        ("[1] // x", ""),
        ("[None]", "Write `null`."),
        ("[hello]", "Put words in double quotes."),
    ];
    for (text, remedy) in cases {
        let fault = read(text).expect_err(text);
        assert_eq!(fault.remedy.unwrap_or_default(), remedy, "{text}");
    }
}

#[test]
fn no_message_shows_a_value() {
    let secret = "hunter2";
    let broken = ["[\"hunter2]", "[hunter2]", "[\"hunter2\" 1]", "{\"a\":\"hunter2\\q\"}", "{\"a\":hunter2}"];
    for text in broken {
        let fault = read(text).expect_err(text);
        assert!(!format!("{fault:?}").contains(secret), "{fault:?}");
    }
}

#[test]
fn depth_is_limited_and_cannot_exhaust_the_stack() {
    let nested = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
    assert!(read(&nested(MAX_DEPTH)).is_ok());
    for depth in [MAX_DEPTH + 1, 1_000_000] {
        let fault = read(&nested(depth)).expect_err("too deep");
        assert_eq!(fault.kind, FaultKind::TooDeep);
        assert_eq!(fault.labels[0].span, Span::new(MAX_DEPTH as u64, MAX_DEPTH as u64 + 1));
        assert_eq!(skip_value(&nested(depth), 0, 0).expect_err("too deep").kind, FaultKind::TooDeep);
    }
}

#[test]
fn many_keys_take_no_square_of_time() {
    let mut text = String::from("{");
    for number in 0..100_000 {
        write!(text, "\"key{number}\":{number},").expect("a string");
    }
    text.push_str("\"key7\":0}");
    let fault = read(&text).expect_err("twice");
    assert_eq!(fault.kind, FaultKind::KeyDuplicate);
    assert_eq!(&text[fault.labels[1].span.start as usize..fault.labels[1].span.end as usize], "key7");
}

/// JSON texts, some with spaces and escapes.
fn json() -> impl Strategy<Value = String> {
    let string = prop_oneof!["\"[a-zé😀 /-]{0,8}\"", r#""(\\n|\\u00e9|\\ud83d\\ude00|\\"|x){0,4}""#];
    let number = "-?(0|[1-9][0-9]{0,20})(\\.[0-9]{1,3})?([eE][+-]?[0-9]{1,2})?";
    let leaf = prop_oneof![Just("null".to_owned()), Just("true".to_owned()), number, string.clone()];
    leaf.prop_recursive(4, 40, 5, move |inner| {
        let list = prop::collection::vec(inner.clone(), 0..5).prop_map(|items| format!("[{}]", items.join(" , ")));
        let member = (string.clone(), inner).prop_map(|(key, value)| format!("{key}: {value}"));
        let object = prop::collection::vec(member, 0..5).prop_map(|items| format!("{{{}}}\n", items.join(",")));
        prop_oneof![list, object]
    })
}

/// JSON texts with one piece replaced, or marks of the grammar in any order.
fn mutated() -> impl Strategy<Value = String> {
    let mark = prop::sample::select(vec![
        "", "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "0", "-", ".", "e", "tru", "true", "null", " ", "\n",
        "\u{1}", "é", "\\ud83d", "\\ude00", "\"a\"", "1.5",
    ]);
    let broken = (json(), any::<prop::sample::Index>(), mark.clone(), 0..3_usize).prop_map(|(text, at, mark, cut)| {
        let places: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        let from = at.index(places.len());
        let to = (from + cut).min(places.len() - 1);
        format!("{}{mark}{}", &text[..places[from]], &text[places[to]..])
    });
    let heap = prop::collection::vec(mark, 0..12).prop_map(|marks| marks.concat());
    prop_oneof![json(), broken, heap]
}

/// What only we refuse.
fn is_stricter(fault: &Fault) -> bool {
    matches!(fault.kind, FaultKind::KeyDuplicate | FaultKind::TooDeep)
}

fn agrees(node: Node<'_>, value: &serde_json::Value) -> Result<(), TestCaseError> {
    use serde_json::Value;
    match (node.kind(), value) {
        (NodeKind::Null, Value::Null) => {}
        (NodeKind::Bool, Value::Bool(value)) => prop_assert_eq!(node.as_bool(), Some(*value)),
        (NodeKind::Number, Value::Number(value)) => {
            prop_assert_eq!(node.text().parse::<f64>().ok(), value.as_f64());
            prop_assert_eq!(slice(node, node.outer()), node.text());
        }
        (NodeKind::String, Value::String(value)) => {
            prop_assert_eq!(node.text(), value);
            let again: String = serde_json::from_str(slice(node, node.outer())).expect("a string token");
            prop_assert_eq!(&again, value);
        }
        (NodeKind::Array, Value::Array(items)) => {
            prop_assert_eq!(node.children().count(), items.len());
            for (child, item) in node.children().zip(items) {
                agrees(child, item)?;
            }
        }
        (NodeKind::Object, Value::Object(members)) => {
            prop_assert_eq!(node.children().count(), members.len());
            for (child, (key, item)) in node.children().zip(members) {
                prop_assert_eq!(child.key(), Some(key.as_str()));
                agrees(child, item)?;
            }
        }
        _ => prop_assert!(false, "another kind: {:?}", node.kind()),
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn takes_exactly_what_serde_json_takes(text in mutated()) {
        let mut tree = Tree::new();
        match (parse_document(&text, 0, &mut tree), serde_json::from_str::<serde_json::Value>(&text)) {
            (Ok(()), Ok(value)) => agrees(tree.root(&text, 0).expect("a value"), &value)?,
            (Ok(()), Err(theirs)) => prop_assert!(theirs.to_string().contains("out of range"), "{}", theirs),
            (Err(ours), Ok(_)) => prop_assert!(is_stricter(&ours), "{:?}", ours),
            (Err(ours), Err(_)) => {
                let span = ours.labels[0].span;
                let place = span.start as usize..span.end as usize;
                prop_assert!(text.get(place).is_some(), "a place within the text, between characters: {span:?}");
            }
        }
    }

    #[test]
    fn skipping_ends_where_parsing_ends(text in json(), tail in "[ ,x]?") {
        let text = format!("{text}{tail}");
        let mut tree = Tree::new();
        if let Ok(after) = parse(&text, 0, &mut tree) {
            prop_assert_eq!(skip_value(&text, 0, 0), Ok(after));
        }
    }

    #[test]
    fn a_value_elsewhere_reads_the_same(text in json(), before in "[ \n]{0,3}", base in 0..1_000_u64) {
        let mut here = Tree::new();
        prop_assume!(parse_document(&text, 0, &mut here).is_ok());
        let moved = format!("{before}{text}");
        let mut there = Tree::new();
        parse_document(&moved, base, &mut there).expect("the same value");
        let (here, there) = (here.root(&text, 0).expect("a value"), there.root(&moved, base).expect("a value"));
        prop_assert_eq!(debug_dump(here), debug_dump(there));
        prop_assert_eq!(there.outer().start, here.outer().start + base + before.len() as u64);
    }
}
