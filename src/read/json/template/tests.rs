//! A template reads what the tree reads: the same records, refusals and faults.

use proptest::prelude::*;

use super::Template;
use crate::diagnostic::fault::Fault;
use crate::diagnostic::snippet::Excerpt;
use crate::fast::intern::{NO_SYMBOL, StringInterner};
use crate::read::json::account_reader::AccountReader;
use crate::read::json::chunk::ChunkReader;
use crate::read::json::{is_large_list, lines, list, read_document, read_large_list, read_large_list_from, shape};
use crate::read::{Flow, Locator, ReadOptions, ReadSummary, RecordBatch, Sink, read_document as read_document_of};
use crate::record::list::ListSyntax;
use crate::record::secret::SecretCell;
use crate::record::{Field, Record};
use crate::source::file::Source;
use crate::source::{InputId, Location, Span};
use crate::syntax::tree::Tree;

/// A sink that writes down all it is given.
#[derive(Default)]
struct RecordingSink {
    events: Vec<String>,
    /// Records that came in batches.
    batched: usize,
}

impl Sink for RecordingSink {
    fn records(&mut self, batch: &impl RecordBatch, locator: &mut Locator<'_>) -> Flow {
        self.batched += batch.length();
        for field in Field::ALL {
            let (mut symbols, mut by_batch, mut by_text) =
                (Vec::new(), StringInterner::default(), StringInterner::default());
            batch.intern(*field, &mut by_batch, &mut symbols);
            for (place, symbol) in symbols.iter().enumerate() {
                let expected = batch.record(place).raw_text(*field).and_then(|text| by_text.intern(text));
                assert_eq!(*symbol, expected.unwrap_or(NO_SYMBOL), "{field:?}");
            }
        }
        for place in 0..batch.length() {
            self.record(&batch.record(place), locator);
        }
        Flow::Continue
    }

    fn record(&mut self, record: &impl Record, locator: &mut Locator<'_>) -> Flow {
        let span = record.span();
        let mut events = format!("{} {span:?} {:?} {}", record.number(), locator.locate(span.start), record.key());
        for field in Field::ALL {
            let list = field.is_list().then(|| record.list(*field, &ListSyntax::default()));
            let plain = record.is_ascii(&[*field]);
            let (cell, text, written) = (record.cell(*field), record.text(*field), record.raw_text(*field));
            events.push_str(&format!("\n{field:?} {cell:?} {text:?} {list:?} {written:?} {plain}"));
        }
        let secret = match record.secret() {
            SecretCell::Absent => "none".to_owned(),
            SecretCell::Blank(span) => format!("blank {span:?}"),
            SecretCell::Value(secret, span) => format!("{} {span:?}", secret.is_reference()),
        };
        self.events.push(format!("{events}\n{secret}\n{:?}", record.excerpt(&[span])));
        Flow::Continue
    }

    fn refuse(&mut self, number: u64, span: Span, fault: Fault, excerpt: Option<Excerpt>, _: &mut Locator<'_>) -> Flow {
        self.events.push(format!("refused {number} {span:?} {fault:?} {excerpt:?}"));
        Flow::Continue
    }

    fn fault(&mut self, fault: Fault, _: Option<Excerpt>, _: Option<&mut Locator<'_>>) {
        self.events.push(format!("{fault:?}"));
    }

    fn fork(&self, _: usize) -> Option<Self> {
        Some(Self::default())
    }

    fn join(&mut self, forks: Vec<Self>) -> bool {
        self.events.extend(forks.into_iter().flat_map(|fork| fork.events));
        let number = |events: &String| events.trim_start_matches("refused ").split(' ').next()?.parse::<u64>().ok();
        self.events.sort_by_key(number);
        true
    }
}

/// What is read of a text, with a template or without, and how many accounts came in batches.
fn read(text: &str, has_lines: bool, by_template: bool) -> (Vec<String>, usize) {
    let mut sink = RecordingSink::default();
    let mut reader = AccountReader::new(InputId(0), &ReadOptions::default(), 0, &mut sink);
    if !by_template {
        reader.template = Template::disabled();
    }
    let start = Location { byte: 7, line: 1, column: 1 };
    let mut chunk = ChunkReader::new(&mut reader, text, start, &[]);
    if has_lines {
        lines::read_chunk(chunk, &mut Tree::new());
    } else {
        match list::read_in_memory(0, &mut chunk) {
            Ok((_, fault)) => chunk.finish(fault),
            Err(fault) => chunk.finish(Some(fault)),
        }
    }
    let summary = reader.summary(0, Vec::new(), Vec::new());
    sink.events.push(format!("{summary:?}"));
    (sink.events, sink.batched)
}

impl Template {
    /// A template that reads nothing.
    fn disabled() -> Self {
        let mut template = Self::default();
        while template.cache_policy.ask(1) {
            template.cache_policy.miss();
        }
        template
    }
}

const KEYS: &[&str] = &[
    "email",
    "login",
    "firstName",
    "roles",
    "team",
    "groupId",
    "scope",
    "views",
    "password",
    "active",
    "id",
    "personId",
    "kind",
    "acd",
    "roles",
    "l\\u006fgin",
    "licenses",
];

const VALUES: &[&str] = &[
    r#""api@acme.example""#,
    r#""""#,
    r#"" ""#,
    r#"" A ""#,
    r#""A\n""#,
    r#""\u0020""#,
    r#""\ud800""#,
    r#""A;B""#,
    r#""né""#,
    "7",
    r#""7""#,
    "-1.5e3",
    "01",
    "true",
    "false",
    "null",
    "truex",
    "nul",
    "[]",
    "[ ]",
    r#"["A"]"#,
    r#"["A", "B"]"#,
    r#"[1,"A"]"#,
    "[null]",
    "[true]",
    "[[]]",
    r#"[""]"#,
    r#"[{"name":"A"}]"#,
    r#"[{"name":"A"},{"name":"B","mainView":true}]"#,
    r#"[{"name":"A","isAdminDefault":true,"x":{"y":[1]}}]"#,
    r#"[{"name":""}]"#,
    r#"[{"name":" ","id":3}]"#,
    r#"[{"name":"\t","label":null}]"#,
    r#"[{"id":"","groupId":5}]"#,
    r#"[{"id":5}]"#,
    r#"[{"id":"5"}]"#,
    r#"[{"name":3}]"#,
    r#"[{"name":"A","mainView":"yes"}]"#,
    r#"[{"name":"A","name":"B"}]"#,
    "{}",
    r#"{"groups":["A"]}"#,
    r#"{"groups":[{"name":"A"}],"teams":null,"tenant":true}"#,
    r#"{"groups":[true]}"#,
    r#"{"groups":[{"id":1},{"id":"x"}],"level":3}"#,
    r#"{"tenant":{"name":"T"}}"#,
    r#"{"main":"V","others":["W"]}"#,
    r#"{"name":"A"}"#,
    r#"{"a":{"b":[1,{"c":2}]}}"#,
    r#"{"a":1,"a":2}"#,
    r#"{"a" : 1}"#,
];

/// A column of a document: its key, some values, and how often an account has it.
type Column = (&'static str, Vec<&'static str>, u8);

fn columns() -> impl Strategy<Value = Vec<Column>> {
    let values = prop::collection::vec(prop::sample::select(VALUES), 1..4);
    let often = prop_oneof![4 => Just(100_u8), 1 => 1..100_u8];
    prop::collection::vec((prop::sample::select(KEYS), values, often), 0..6)
}

/// A document of similar accounts, one a line or in an array, perhaps damaged at one place.
fn document() -> impl Strategy<Value = (String, bool)> {
    let marks =
        prop::sample::select(vec!["", "{", "}", "[", "]", ",", ":", "\"", "\\", " ", "\n", "\t", "x", "1", "\"a\":1,"]);
    let damage = prop::option::weighted(0.3, (any::<prop::sample::Index>(), marks, 0..3_usize));
    let gaps = prop::sample::select(vec!["", " ", "\n  ", "\r\n"]);
    let picks = prop::collection::vec(prop::collection::vec((0..100_u8, any::<prop::sample::Index>()), 7), 1..20);
    (columns(), picks, any::<bool>(), gaps, damage).prop_map(|(columns, picks, has_lines, gap, damage)| {
        let email = ("userName", vec![r#""api@acme.example""#, r#""b@acme.example""#], 98);
        let columns: Vec<Column> = std::iter::once(email).chain(columns).collect();
        let account = |picks: &Vec<(u8, prop::sample::Index)>| {
            let member = |((key, values, often), (chance, at)): (&Column, &(u8, prop::sample::Index))| {
                (chance < often).then(|| format!("{gap}\"{key}\":{gap}{}", values[at.index(values.len())]))
            };
            let members: Vec<_> = columns.iter().zip(picks).filter_map(member).collect();
            format!("{{{}{gap}}}", members.join(","))
        };
        let accounts: Vec<_> = picks.iter().map(account).collect();
        let text = if has_lines { accounts.join("\n") } else { format!("[{}]", accounts.join(&format!(",{gap}"))) };
        let Some((at, mark, cut)) = damage else { return (text, has_lines) };
        let places: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        let from = at.index(places.len());
        let to = (from + cut).min(places.len() - 1);
        (format!("{}{mark}{}", &text[..places[from]], &text[places[to]..]), has_lines)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn a_template_reads_what_a_tree_reads((text, has_lines) in document()) {
        let ((quick, _), (slow, none)) = (read(&text, has_lines, true), read(&text, has_lines, false));
        prop_assert_eq!(none, 0);
        let differ = quick.iter().zip(&slow).find(|(quick, slow)| quick != slow);
        prop_assert!(differ.is_none() && quick.len() == slow.len(), "{}\n{:#?}", text, differ);
    }
}

#[test]
fn all_but_the_first_account_of_a_kind_are_read_by_the_template() {
    let account = |number: usize| {
        let mark = if number.is_multiple_of(3) { r#","acd":{"id":1,"skills":[{"x":"\""},{}]}"# } else { "" };
        let views = r#"[{"name":"V","mainView":true},{"name":"W","mainView":false}]"#;
        format!(
            "{{\"email\": \"a{number}@acme.example\", \"login\":\"a{number}\",\n\"views\":{views},\"groupId\":\"7\"{mark}}}"
        )
    };
    let accounts: Vec<_> = (0..100).map(account).collect();
    let (events, batched) = read(&format!("[{}]", accounts.join(" ,")), false, true);
    assert_eq!((events.len(), batched), (101, 99), "keys may be missing");
    let lines: Vec<_> = accounts.iter().map(|account| account.replace('\n', " ")).collect();
    assert_eq!(read(&lines.join("\n"), true, true).1, 99);
}

/// A name of a team goes before its number, so an account of which only the number is there is blank.
#[test]
fn a_value_that_gives_way_fills_no_account() {
    let whole = r#"{"userName":"api@acme.example","team":"","groupId":"7"}"#;
    for blank in [r#"{"team":"","groupId":"7"}"#, r#"{"groupId":"7","team":""}"#] {
        let text = format!(
            "[{whole},{},{blank},{whole}]",
            whole.replace(r#""team":"","groupId":"7""#, r#""groupId":"7","team":"""#)
        );
        let (quick, slow) = (read(&text, false, true).0, read(&text, false, false).0);
        assert_eq!(quick, slow);
        assert!(quick.iter().any(|event| event.contains("RecordBlank")), "{quick:?}");
    }
}

#[test]
fn a_line_is_one_account() {
    let account = r#"{"email":"a@acme.example"}"#;
    for (gap, kinds) in [("\n\n", [3, 0]), (" \n", [3, 0]), ("\n ", [3, 0]), (" ", [0, 1]), (",\n", [1, 2])] {
        let text = [account, account, account].join(gap);
        let (events, _) = read(&text, true, true);
        let refused = events.iter().filter(|events| events.starts_with("refused")).count();
        assert_eq!([events.len() - 1 - refused, refused], kinds, "{gap:?}");
    }
    // The second account goes over two lines: neither is one.
    let text = format!("{account}\n{account}\n{{\n\"email\":\"a@acme.example\"}}");
    let (events, _) = read(&text, true, true);
    assert_eq!(events.iter().filter(|events| events.starts_with("refused")).count(), 2);
}

/// A list of `count` accounts with `gap` between them: some not ASCII, some refused, some with one more key.
fn large_list(count: usize, gap: &str) -> String {
    let account = |number: usize| {
        let more = match number % 97 {
            0 => r#","active":"maybe","x":[{"y":"},{\"email\":"}]"#,
            1 => r#","roles":[true]"#,
            2 => r#","email":"twice""#,
            _ => "",
        };
        format!(
            r#"{{"email":"a{number}@acme.example","firstName":"Zo\u00eb Çelik","team":"Ünit {}"{more}}}"#,
            number % 7
        )
    };
    (0..count).map(account).collect::<Vec<_>>().join(gap)
}

#[test]
fn a_large_list_is_streamed_as_it_is_read_whole() {
    for (before, gap, after) in [("[", ",", "]"), ("\u{feff}\n [ ", " ,\r\n  ", "\n]\n"), ("[", ",\n", "]")] {
        let text = format!("{before}{}{after}", large_list(16_000, gap));
        let source = Source::from_bytes(text.into_bytes());
        assert!(is_large_list(&source));
        let mut whole = RecordingSink::default();
        let document = read_document_of(&source, u64::MAX).expect("a document");
        let shape = shape(&document.text, document.base).expect("a list");
        let read = |read_options: &ReadOptions<'_>, sink: &mut RecordingSink| {
            read_document(&document, &shape, &source, InputId(0), read_options, sink).expect("accounts")
        };
        // What all accounts carry is known beforehand, as it is to a second pass.
        let present = Some(read(&ReadOptions::default(), &mut RecordingSink::default()).present);
        let expected = read(&ReadOptions { present, ..ReadOptions::default() }, &mut whole);
        for jobs in [1, 2] {
            let mut sink = RecordingSink::default();
            let read_options = ReadOptions { jobs, present, ..ReadOptions::default() };
            let summary = read_large_list(&source, InputId(0), &read_options, &mut sink).expect("accounts");
            assert!(!summary.is_whole && summary.checkpoints.len() > 5, "{gap:?}: it was read as a whole");
            let differ = whole.events.iter().zip(&sink.events).find(|(whole, sink)| whole != sink);
            assert_eq!((differ, whole.events.len()), (None, sink.events.len()), "{gap:?}, {jobs} threads");
            let events =
                |summary: &ReadSummary| (summary.records, summary.bytes, summary.present, summary.unknown.clone());
            assert_eq!(events(&summary), events(&expected));
            // Any account can be read again.
            let from = *summary.checkpoints.last().expect("some");
            let mut again = RecordingSink::default();
            let read_options = ReadOptions { present: Some(summary.present), ..ReadOptions::default() };
            read_large_list_from(&source, InputId(0), &read_options, from, &mut again);
            let rest = usize::try_from(from.records).expect("few");
            assert_eq!(again.events.first(), sink.events.get(rest), "{gap:?}");
        }
    }
}

#[test]
fn a_list_that_is_not_sound_is_read_as_a_whole() {
    let good = large_list(12_000, ",");
    let second = good.replacen("\"team\"", "\"email\"", 1);
    for text in [
        format!("[{good}"),
        format!("[{good}] x"),
        format!("[{good},]"),
        format!("[{good}}}]"),
        format!("[{second}] ]"),
    ] {
        let source = Source::from_bytes(text.into_bytes());
        let mut sink = RecordingSink::default();
        let summary = read_large_list(&source, InputId(0), &ReadOptions::default(), &mut sink).expect("accounts");
        assert!(summary.is_whole);
        assert!(sink.events.last().is_some_and(|events| events.contains("SyntaxInvalid")), "{:?}", sink.events.last());
    }
}
