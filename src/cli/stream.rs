//! Standard output and standard error: no error is ignored, and colours are used only if wanted.

use std::io::{self, IsTerminal, Write};

use rolecall::diagnostic::usage::UsageError;
use rolecall::report::human;
use rolecall::report::screen::{Screen, WIDTH};
use termcolor::{Ansi, NoColor, WriteColor};

use super::arguments::ColorChoice;

/// A stream that people read, in colour if they want it.
pub struct ColoredStream {
    out: Box<dyn WriteColor>,
}

impl ColoredStream {
    pub fn standard_output(when: ColorChoice) -> Self {
        Self::new(io::BufWriter::new(io::stdout().lock()), when, io::stdout().is_terminal())
    }

    pub fn standard_error(when: ColorChoice) -> Self {
        Self::new(io::BufWriter::new(io::stderr().lock()), when, io::stderr().is_terminal())
    }

    fn new(out: impl Write + 'static, when: ColorChoice, is_terminal: bool) -> Self {
        let is_unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let is_colored = match when {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => is_terminal && !is_unwanted && !is_dumb,
        };
        Self { out: if is_colored { Box::new(Ansi::new(out)) } else { Box::new(NoColor::new(out)) } }
    }

    pub fn writer(&mut self) -> &mut dyn WriteColor {
        &mut *self.out
    }

    /// As wide as the terminal, if it is one.
    pub fn screen(&mut self) -> Screen<'_> {
        Screen::new(&mut *self.out, width(WIDTH))
    }

    pub fn error(&mut self, error: &UsageError) -> io::Result<()> {
        // A complaint that goes to no terminal keeps its lines, so that it can be searched.
        let width = if io::stderr().is_terminal() { width(usize::MAX) } else { usize::MAX };
        human::write_error(error, &mut Screen::new(&mut *self.out, width))?;
        self.out.flush()
    }

    pub fn finish(mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// The columns of the terminal, or `otherwise` if standard output is not a terminal.
fn width(otherwise: usize) -> usize {
    let is_terminal = io::stdout().is_terminal();
    let size = is_terminal.then(terminal_size::terminal_size).flatten();
    size.map_or(otherwise, |(width, _)| usize::from(width.0).min(MAX_WIDTH))
}

/// Longer lines are hard to read.
const MAX_WIDTH: usize = 120;

/// Nothing can be done if standard error is closed.
pub fn print_to_stderr(line: &str) {
    drop(writeln!(io::stderr(), "{line}"));
}
