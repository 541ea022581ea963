//! Files are read in stretches. Where one ends and the next begins must not change what is read: the same text
//! gives the same records, faults and places behind any length of other records.

use proptest::prelude::*;
use rolecall::diagnostic::fault::Fault;
use rolecall::diagnostic::snippet::Excerpt;
use rolecall::read::json::read_lines;
use rolecall::read::{Flow, Locator, ReadOptions, Sink, csv};
use rolecall::record::{Field, Record};
use rolecall::source::file::Source;
use rolecall::source::{InputId, Span};

use crate::cases;
use crate::document::{DocumentLayout, write as write_document};
use crate::run::{all, key, with_catalogue};
use crate::table::{PLAIN, write};
use crate::world::{World, worlds};

/// How much of a file the program reads at a time.
const STRETCH: usize = 256 * 1024;

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn tables_read_alike_anywhere(body in body(&["a", "b c", ",", ",", "\n", "\r\n", "\r", "\"", "\"\"", "é", "a,b,c\n", "\"a\nb\",c,d\r\n"]), before in 0.0..=1.0) {
        let head = "User Name,Team,Roles\n";
        let read = |text: Vec<u8>, skipped: u64| Told::of(text, head.len(), skipped, |source, told| drop(csv::read(source, InputId(0), &ReadOptions::default(), told)));
        // Below no account a blank line parts nothing.
        let near = read([head.as_bytes(), b"a,b,c\n", &body].concat(), 1);
        let filler = filler(&body, before, "a,b,c\n", |length| format!("{},b,c\n", "a".repeat(length - 5)));
        let far = read([head.as_bytes(), filler.as_bytes(), &body].concat(), filler.lines().count() as u64);
        prop_assert_eq!(near, far);
    }

    #[test]
    fn lines_read_alike_anywhere(body in body(&["{\"Team\":\"a\"}", "{\"Team\":\"é\"}\n", "{", "}", "\"", "\n", "\r\n", "\r", " ", "\"Team\":"]), before in 0.0..=1.0) {
        let read = |text: Vec<u8>, skipped: u64| {
            let reading = ReadOptions { present: Some([Field::Team, Field::UserName].iter().fold(Default::default(), |set: rolecall::record::FieldSet, field| set.with(*field))), ..ReadOptions::default() };
            Told::of(text, 0, skipped, |source, told| drop(read_lines(source, InputId(0), &reading, None, told)))
        };
        let near = read([b"{\"User Name\":\"a\"}\n", body.as_slice()].concat(), 1);
        let filler = filler(&body, before, "{\"User Name\":\"a\"}\n", |length| format!("{{\"User Name\":\"{}\"}}\n", "a".repeat(length - 17)));
        let far = read([filler.as_bytes(), &body].concat(), filler.lines().count() as u64);
        prop_assert_eq!(near, far);
    }
}

proptest! {
    #![proptest_config(cases(12))]

    /// Population rules look some records up again, far from where they were met.
    #[test]
    fn findings_are_alike_behind_many_records(world in worlds(2), is_table in any::<bool>()) {
        let world = World { all_api_users: false, ..world };
        prop_assume!(world.column("Active").or(world.column("Deactivated")).is_some());
        let inactive = |header: &&str| match *header {
            "Active" => "no".to_owned(),
            "Deactivated" => "2024-01-15".to_owned(),
            "User Name" => "gone@acme.example".to_owned(),
            "First Name" | "Last Name" => "Gone".to_owned(),
            "Team" => "Default Team".to_owned(),
            _ => String::new(),
        };
        let nobody: Vec<String> = world.headers.iter().map(inactive).collect();
        let far = world.with(std::iter::repeat_n(nobody, 6000).chain(world.rows.clone()).collect());
        let found = |world: &World| {
            let (name, text) = if is_table {
                ("people.csv", write(world, PLAIN).text)
            } else {
                ("people.jsonl", write_document(world, DocumentLayout::Lines.plain()).text)
            };
            let run = with_catalogue(&[(name, text.as_bytes())], world.all_api_users);
            let slice = |label: &rolecall::diagnostic::Label| {
                let index = |byte: u64| usize::try_from(byte).expect("a test's file is small");
                if *label.file == *name { text[index(label.start.byte)..index(label.end.byte)].to_owned() } else { String::new() }
            };
            (all(&run, |one| (one.rule.clone(), key(one), one.labels.iter().map(slice).collect::<Vec<_>>())), run.verdict, run.seats)
        };
        prop_assert_eq!(found(&world), found(&far));
    }
}

fn body(pieces: &'static [&'static str]) -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![30 => prop::sample::select(pieces).prop_map(str::as_bytes), 1 => Just(b"\xff".as_slice())];
    prop::collection::vec(piece, 1..40).prop_map(|pieces| pieces.concat())
}

/// Records before the body, so long that a stretch ends that share of the way into it.
fn filler(body: &[u8], share: f64, record: &str, last: impl Fn(usize) -> String) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a share of a small length"
    )]
    let inside = (share * body.len() as f64) as usize;
    let length = STRETCH - inside;
    let count = length / record.len() - 3;
    record.repeat(count) + &last(length - count * record.len())
}

/// What a reader said of the records after those that were put before, as if nothing stood before them.
#[derive(Debug, Default, PartialEq, Eq)]
struct Told {
    records: Vec<(u64, Span, Vec<String>)>,
    refused: Vec<(u64, Span, Fault)>,
    places: Vec<(u64, u64, u64)>,
    skipped: u64,
    from: u64,
}

impl Told {
    /// Reads a text whose first records, `skipped` in number, begin at byte `head`.
    fn of(text: Vec<u8>, head: usize, skipped: u64, read: impl Fn(&Source, &mut Self)) -> Self {
        let from = text[head..]
            .split_inclusive(|byte| *byte == b'\n')
            .take(usize::try_from(skipped).expect("it is small"))
            .map(<[u8]>::len)
            .sum::<usize>();
        let mut told = Self { skipped, from: (head + from) as u64, ..Self::default() };
        read(&Source::from_bytes(text), &mut told);
        Self { skipped: 0, from: 0, ..told }
    }

    fn span(&self, span: Span) -> Span {
        Span::new(span.start - self.from, span.end - self.from)
    }

    fn place(&mut self, at: u64, view: &mut Locator<'_>) {
        let place = view.locate(at);
        self.places.push((place.byte - self.from, place.line - self.skipped, place.column));
    }
}

impl Sink for Told {
    fn record(&mut self, record: &impl Record, view: &mut Locator<'_>) -> Flow {
        if record.number() > self.skipped {
            let texts = Field::ALL.iter().filter_map(|field| record.cell(*field).text().map(str::to_owned));
            self.records.push((record.number() - self.skipped, self.span(record.span()), texts.collect()));
            self.place(record.span().start, view);
        }
        Flow::Continue
    }

    fn refuse(
        &mut self,
        number: u64,
        span: Span,
        mut fault: Fault,
        _: Option<Excerpt>,
        view: &mut Locator<'_>,
    ) -> Flow {
        for mark in &mut fault.labels {
            self.place(mark.span.end, view);
            mark.span = self.span(mark.span);
        }
        self.refused.push((number - self.skipped, self.span(span), fault));
        Flow::Continue
    }

    fn fault(&mut self, _: Fault, _: Option<Excerpt>, _: Option<&mut Locator<'_>>) {}
}
