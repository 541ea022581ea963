//! References to cells as a workbook writes them: `E12`, `A1:C3`.

/// A rectangle of cells, counted from 0, both ends in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CellRange {
    pub first_row: u32,
    pub last_row: u32,
    pub first_column: u32,
    pub last_column: u32,
}

/// The column and row of `E12`, from 0. `None` if it is written in any other way.
pub(super) fn parse_cell(text: &str) -> Option<(u32, u32)> {
    let letters = text.bytes().take_while(u8::is_ascii_uppercase).count();
    if letters == 0 || letters > 3 || !text[letters..].bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let column = text[..letters].bytes().fold(0, |column, letter| column * 26 + u32::from(letter - b'A') + 1);
    let row: u32 = text[letters..].parse().ok()?;
    (row > 0).then(|| (column - 1, row - 1))
}

/// The range of `A1:C3`.
pub(super) fn parse_range(text: &str) -> Option<CellRange> {
    let (first, last) = text.split_once(':').unwrap_or((text, text));
    let ((first_column, first_row), (last_column, last_row)) = (parse_cell(first)?, parse_cell(last)?);
    Some(CellRange { first_row, last_row, first_column, last_column })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_strictly() {
        assert_eq!(parse_cell("A1"), Some((0, 0)));
        assert_eq!(parse_cell("E12"), Some((4, 11)));
        assert_eq!(parse_cell("XFD1048576"), Some((16_383, 1_048_575)));
        for odd in ["", "A", "1", "A0", "a1", "A1B", "$A$1", "A-1", "ABCD1", "A99999999999"] {
            assert_eq!(parse_cell(odd), None, "{odd}");
        }
    }
}
