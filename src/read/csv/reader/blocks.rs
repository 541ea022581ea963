//! Blocks of a few kilobytes within a chunk, in which each record is a line: a record is read again from the block that
//! holds it, so that a few records of a large table cost no second read of it.

use crate::read::Checkpoint;

/// How long a block is at least, in bytes: so long that noting it costs nothing beside reading it.
const MIN_BLOCK: usize = 8 * 1024;

/// The blocks of a chunk but for the first one, which begins where the chunk does.
#[derive(Default)]
pub(super) struct LineBlocks(Vec<LineBlock>);

/// Where a block begins within its chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct LineBlock {
    byte: usize,
    records: u64,
}

impl LineBlocks {
    /// Counts the lines of a chunk, of which each is taken for a record, and finds its blocks.
    pub(super) fn count_lines(&mut self, lines: &[u8]) -> u64 {
        self.0.clear();
        let count = |lines: &[u8]| memchr::memchr_iter(b'\n', lines).count() as u64;
        let mut here = LineBlock { byte: 0, records: 0 };
        while let Some(rest) = lines.get(here.byte + MIN_BLOCK - 1..)
            && let Some(end) = memchr::memchr(b'\n', rest)
        {
            let byte = here.byte + MIN_BLOCK + end;
            here = LineBlock { byte, records: here.records + count(&lines[here.byte..byte]) };
            self.0.push(here);
        }
        self.0.pop_if(|last| last.byte == lines.len());
        here.records + count(&lines[here.byte..])
    }

    /// Finds the blocks of a chunk by where its records start, each of which is a line.
    pub(super) fn find_rows(&mut self, starts: &[u32]) {
        self.0.clear();
        let mut byte = 0;
        loop {
            let records = starts.partition_point(|start| (*start as usize) < byte + MIN_BLOCK);
            let Some(start) = starts.get(records) else { return };
            byte = *start as usize;
            self.0.push(LineBlock { byte, records: records as u64 });
        }
    }

    /// Where the blocks of a chunk that begins at `here` begin.
    pub(super) fn checkpoints(&self, here: Checkpoint) -> impl Iterator<Item = Checkpoint> + '_ {
        self.0.iter().map(move |block| Checkpoint {
            byte: here.byte + block.byte as u64,
            line: here.line + block.records,
            column: 1,
            records: here.records + block.records,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_rows_make_the_same_blocks() {
        for length in [1, 70, 5000, 9000] {
            for count in [0_usize, 1, 3, 200, 400] {
                let lines = [vec![b'x'; length - 1].as_slice(), b"\n"].concat().repeat(count);
                let starts: Vec<u32> = (0..count).map(|row| (row * length) as u32).collect();
                let (mut by_lines, mut by_rows) = (LineBlocks::default(), LineBlocks::default());
                assert_eq!(by_lines.count_lines(&lines), count as u64);
                by_rows.find_rows(&starts);
                assert_eq!(by_lines.0, by_rows.0);
                let all: Vec<LineBlock> = [LineBlock { byte: 0, records: 0 }].into_iter().chain(by_rows.0).collect();
                assert!(all.windows(2).all(|pair| pair[1].byte - pair[0].byte >= MIN_BLOCK));
                assert!(all.windows(2).all(|pair| pair[1].byte - pair[0].byte < MIN_BLOCK + length));
                assert!(all.iter().all(|block| block.byte == block.records as usize * length));
            }
        }
    }
}
