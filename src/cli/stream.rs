//! Standard output and standard error: written with every error looked at, in colour only where it is wanted.

use std::io::{self, IsTerminal, Write};

use rolecall::diagnostic::usage::UsageError;
use rolecall::report::human;
use termcolor::{Ansi, NoColor, WriteColor};

use super::arguments::ColorChoice;

/// A stream for people.
pub struct ColoredStream {
    out: Box<dyn WriteColor>,
}

impl ColoredStream {
    /// Standard output.
    pub fn standard_output(when: ColorChoice) -> Self {
        Self::of(io::BufWriter::new(io::stdout().lock()), when, io::stdout().is_terminal())
    }

    /// Standard error.
    pub fn standard_error(when: ColorChoice) -> Self {
        Self::of(io::BufWriter::new(io::stderr().lock()), when, io::stderr().is_terminal())
    }

    fn of(out: impl Write + 'static, when: ColorChoice, is_terminal: bool) -> Self {
        let is_unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let is_colored = match when {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => is_terminal && !is_unwanted && !is_dumb,
        };
        Self { out: if is_colored { Box::new(Ansi::new(out)) } else { Box::new(NoColor::new(out)) } }
    }

    /// The stream as reports want it.
    pub fn writer(&mut self) -> &mut dyn WriteColor {
        &mut *self.out
    }

    /// Writes what kept a run from beginning.
    pub fn error(&mut self, error: &UsageError) -> io::Result<()> {
        human::write_error(error, &mut *self.out)?;
        self.out.flush()
    }

    /// Writes out what is still held back.
    pub fn finish(mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// How many columns standard output shows; `otherwise` where it is no terminal.
pub fn width(otherwise: usize) -> usize {
    let is_terminal = io::stdout().is_terminal();
    let size = is_terminal.then(terminal_size::terminal_size).flatten();
    size.map_or(otherwise, |(width, _)| usize::from(width.0).min(WIDEST))
}

/// Lines that are longer are hard to read.
const WIDEST: usize = 120;

/// A line on standard error; nothing can be done where that is closed.
pub fn print_to_stderr(line: &str) {
    drop(writeln!(io::stderr(), "{line}"));
}
