//! Every place of a report lies in the text, on whole characters, at the line and column that a slow count says.

use rolecall::engine::Run;
use rolecall::source::Location;

/// Puts the labels of a run to the text they speak of.
pub fn lie_in(run: &Run, text: &[u8]) {
    let whole = std::str::from_utf8(text).ok().filter(|text| !text.contains('\0'));
    for label in run.diagnostics.iter().flat_map(|one| &one.labels).filter(|label| label.input.is_some()) {
        let (start, end) = (&label.start, &label.end);
        assert!(start.byte <= end.byte && end.byte <= text.len() as u64, "{label:?} lies outside the text");
        assert!((start.line, start.column) <= (end.line, end.column), "{label:?} ends before it begins");
        let Some(text) = whole else { continue };
        for place in [start, end] {
            assert_eq!(Some(*place), count(text, place.byte), "{label:?}");
        }
    }
}

/// The place of a byte, counted from the beginning of the text; nothing inside a character.
fn count(text: &str, byte: u64) -> Option<Location> {
    let before = text.get(..usize::try_from(byte).ok()?)?;
    let (mut line, mut column) = (1, 1);
    let mut characters = text.char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        if at >= before.len() {
            break;
        }
        let is_first_of_two = c == '\r' && characters.peek().is_some_and(|(_, next)| *next == '\n');
        match c {
            '\u{feff}' if at == 0 => {}
            '\n' | '\r' if !is_first_of_two => (line, column) = (line + 1, 1),
            _ => column += 1,
        }
    }
    Some(Location { byte, line, column })
}
