//! Which texts and numbers are days, and why others are not.

use proptest::prelude::*;

use super::*;

fn read(syntax: DateSyntax, text: &str) -> Result<String, UnreadableDate> {
    syntax.read(text, false).map(|date| date.to_string())
}

const DAY_FIRST: DateSyntax = DateSyntax { order: Some(DateOrder::DayFirst), epoch: None, serials: None };

#[test]
fn a_time_of_day_leaves_the_day_or_moves_it_to_utc() {
    for (text, day) in [
        ("2024-03-01 00:00:00", "2024-03-01"),
        ("2024-03-01T08:30:00Z", "2024-03-01"),
        ("2024-03-01t23:59:60.123z", "2024-03-01"),
        ("2024/03/01 08:30", "2024-03-01"),
        ("2024-02-29T23:30:00-01:00", "2024-03-01"),
        ("2024-03-01T00:30:00.5+01:00", "2024-02-29"),
        ("2024-03-01T00:30:00-00:00", "2024-03-01"),
    ] {
        assert_eq!(read(DateSyntax::default(), text).as_deref(), Ok(day), "{text}");
    }
    for text in ["01.03.2024", "01-03-2024 23:59", "01/03/2024 07:15:00", "01/03/2024 07:15:00 PM"] {
        assert_eq!(read(DAY_FIRST, text).as_deref(), Ok("2024-03-01"), "{text}");
    }
    for text in [
        "2024-03-01 24:00:00",
        "2024-03-01T08:60:00",
        "2024-03-01T",
        "2024-03-01 8:30",
        "2024-03-01T08:30:00+1",
        "2024-03-01T08:30:00 UTC",
        "2024-03-01T08:30:00.",
        "2024-03-01x",
        "01.03/2024",
        "1.3.2024",
        "2024-03-01 13:00 PM",
        "é024-03-01",
    ] {
        assert_eq!(read(DAY_FIRST, text), Err(UnreadableDate::Form(None)), "{text}");
    }
}

#[test]
fn what_is_wrong_with_a_date_is_said() {
    let plain = DateSyntax::default();
    assert_eq!(read(plain, "2023-02-29"), Err(UnreadableDate::NoSuchDay(None)));
    assert_eq!(read(DAY_FIRST, "31.02.2024"), Err(UnreadableDate::NoSuchDay(None)));
    assert_eq!(read(DAY_FIRST, "12/31/2024"), Err(UnreadableDate::NoSuchDay(Some(DateOrder::MonthFirst))));
    assert_eq!(read(plain, "12/31/2024"), Err(UnreadableDate::NoOrder(Some(DateOrder::MonthFirst))));
    assert_eq!(read(plain, "03/04/2024"), Err(UnreadableDate::NoOrder(None)));
    assert!(!UnreadableDate::NoSuchDay(None).remedy().contains("order"));
}

#[test]
fn numbers_are_read_in_the_declared_unit() {
    let number = |epoch, text| {
        DateSyntax { epoch: Some(epoch), ..DateSyntax::default() }.read(text, true).map(|date| date.to_string())
    };
    let (milliseconds, seconds) = (EpochUnit::Milliseconds, EpochUnit::Seconds);
    assert_eq!(number(milliseconds, "1735732800000").as_deref(), Ok("2025-01-01"));
    assert_eq!(number(seconds, "1735732800").as_deref(), Ok("2025-01-01"));
    for (unit, text, other) in
        [(milliseconds, "1830297600", "are seconds"), (seconds, "1735732800000", "are milliseconds")]
    {
        let error = number(unit, text).expect_err("outside");
        assert!(error.remedy().contains(other) && error.remedy().contains("epoch = "), "{error}");
    }
    for text in ["0", "-1", "1.5", "9223372036854775807", "99999999999999999999", "1e12"] {
        assert!(number(milliseconds, text).is_err() && number(seconds, text).is_err(), "{text}");
    }
    let moment = |epoch, text| read(DateSyntax { epoch, ..DateSyntax::default() }, text);
    assert_eq!(moment(Some(milliseconds), "1735732800000").as_deref(), Ok("2025-01-01"));
    assert_eq!(moment(Some(seconds), "1735732800").as_deref(), Ok("2025-01-01"));
    for (text, unit) in [("1735732800000", "milliseconds"), ("1735732800", "seconds")] {
        let remedy = moment(None, text).expect_err("undeclared").remedy();
        assert!(remedy.contains(&format!("epoch = \"{unit}\"")) && remedy.contains("2025-01-01"), "{remedy}");
    }
    assert_eq!(moment(None, "20250101"), Err(UnreadableDate::Form(None)));
    let serial = |serials, text| read(DateSyntax { serials, ..DateSyntax::default() }, text);
    assert_eq!(serial(Some(SerialSystem::From1900), "45352").as_deref(), Ok("2024-03-01"));
    assert_eq!(serial(Some(SerialSystem::From1900), "45352.75").as_deref(), Ok("2024-03-01"));
    assert_eq!(serial(Some(SerialSystem::From1904), "43890").as_deref(), Ok("2024-03-01"));
    assert!(matches!(serial(Some(SerialSystem::From1900), "32000"), Err(UnreadableDate::Range(_, Some(_)))));
    assert!(matches!(serial(None, "45352"), Err(UnreadableDate::Form(Some(_)))));
    assert_eq!(serial(None, "45352."), Err(UnreadableDate::Form(None)));
}

fn syntaxes() -> impl Strategy<Value = DateSyntax> {
    let order = proptest::option::of(proptest::sample::select(DateOrder::ALL.to_vec()));
    let serials = proptest::option::of(proptest::sample::select(SerialSystem::ALL.to_vec()));
    let epoch = proptest::option::of(proptest::sample::select(EpochUnit::ALL.to_vec()));
    (order, epoch, serials).prop_map(|(order, epoch, serials)| DateSyntax { order, epoch, serials })
}

proptest! {
    #[test]
    fn a_remedy_never_advises_what_is_configured(
        syntax in syntaxes(),
        text in "[0-9]{1,14}|[0-3]?[0-9][-/.][0-3]?[0-9][-/.](19|20|30)[0-9]{2}( 07:00)?|\\PC{0,12}",
        is_number in any::<bool>(),
    ) {
        if let Err(why) = syntax.read(&text, is_number) {
            let remedy = why.remedy();
            let lines = [
                syntax.order.map(|order| format!("order = \"{}\"", order.word())),
                syntax.serials.map(|system| format!("serials = \"{}\"", system.word())),
                syntax.epoch.map(|unit| format!("epoch = \"{}\"", unit.word())),
                is_number.then(|| format!("epoch = \"{}\"", syntax.epoch.unwrap_or_default().word())),
            ];
            prop_assert!(lines.iter().flatten().all(|line| !remedy.contains(line)), "{}", remedy);
        }
    }

    #[test]
    fn no_text_is_read_in_two_ways(text in "\\PC{0,12}|[0-3][0-9][-/. ][0-3][0-9][-/. ](19|20)[0-9]{2}([ T][0-2][0-9]:[0-6][0-9])?") {
        let syntax = |order| DateSyntax { order, ..DateSyntax::default() };
        if let Ok(date) = syntax(None).read(&text, false) {
            for order in DateOrder::ALL {
                prop_assert_eq!(syntax(Some(order)).read(&text, false), Ok(date));
            }
        }
    }
}
