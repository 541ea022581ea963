//! A progress bar on standard error while a long run reads, if that is a terminal.
//!
//! A thread draws it, which sleeps until the run has taken a second: shorter runs never show it, and none waits for
//! it.

use std::io::{self, IsTerminal};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rolecall::read::progress::Progress;

/// Shorter runs show no bar.
const DELAY: Duration = Duration::from_secs(1);

const REDRAW_INTERVAL: Duration = Duration::from_millis(100);

/// A bar that is cleared when this is dropped.
pub struct ProgressDisplay {
    end: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl ProgressDisplay {
    /// A bar for `total` bytes; `None` if standard error is not a terminal.
    pub fn start(progress: Arc<Progress>, total: u64) -> Option<Self> {
        let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        if !io::stderr().is_terminal() || is_dumb {
            return None;
        }
        Self::start_on(ProgressDrawTarget::stderr(), DELAY, progress, total)
    }

    fn start_on(target: ProgressDrawTarget, delay: Duration, progress: Arc<Progress>, total: u64) -> Option<Self> {
        let (end, ended) = channel();
        let display = move || display(target, delay, &progress, total, &ended);
        // If the system gives no thread, the run goes on without a bar.
        let thread = thread::Builder::new().spawn(display).ok()?;
        Some(Self { end: Some(end), thread: Some(thread) })
    }
}

impl Drop for ProgressDisplay {
    fn drop(&mut self) {
        drop(self.end.take());
        if let Some(thread) = self.thread.take() {
            // A bar that failed must not spoil the run.
            let _ = thread.join();
        }
    }
}

/// Draws until the other end is dropped.
fn display(target: ProgressDrawTarget, delay: Duration, progress: &Progress, total: u64, ended: &Receiver<()>) {
    let is_over = |pause| !matches!(ended.recv_timeout(pause), Err(RecvTimeoutError::Timeout));
    if is_over(delay) {
        return;
    }
    let style = ProgressStyle::with_template("{bar:30} {percent:>3} %  {binary_bytes} of {binary_total_bytes} read")
        .expect("internal error: the template of the bar is sound");
    let bar = ProgressBar::with_draw_target(Some(total), target).with_style(style);
    bar.set_position(progress.bytes().min(total));
    while !is_over(REDRAW_INTERVAL) {
        bar.set_position(progress.bytes().min(total));
    }
    bar.finish_and_clear();
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use indicatif::TermLike;

    use super::*;

    /// A terminal that keeps what is written to it.
    #[derive(Clone, Debug, Default)]
    struct RecordingTerminal(Arc<Mutex<String>>);

    impl TermLike for RecordingTerminal {
        fn width(&self) -> u16 {
            80
        }

        fn move_cursor_up(&self, _: usize) -> io::Result<()> {
            Ok(())
        }

        fn move_cursor_down(&self, _: usize) -> io::Result<()> {
            Ok(())
        }

        fn move_cursor_right(&self, _: usize) -> io::Result<()> {
            Ok(())
        }

        fn move_cursor_left(&self, _: usize) -> io::Result<()> {
            Ok(())
        }

        fn write_line(&self, line: &str) -> io::Result<()> {
            self.write_str(line)
        }

        fn write_str(&self, text: &str) -> io::Result<()> {
            self.0.lock().expect("nobody failed").push_str(text);
            Ok(())
        }

        fn clear_line(&self) -> io::Result<()> {
            self.write_str("<cleared>")
        }

        fn flush(&self) -> io::Result<()> {
            Ok(())
        }
    }

    fn drawn(delay: Duration, run: impl FnOnce(&RecordingTerminal)) -> String {
        let terminal = RecordingTerminal::default();
        let target = ProgressDrawTarget::term_like(Box::new(terminal.clone()));
        let display = ProgressDisplay::start_on(target, delay, Arc::new(Progress::default()), 4 << 20);
        run(&terminal);
        drop(display);
        terminal.0.lock().expect("nobody failed").clone()
    }

    #[test]
    fn a_short_run_shows_nothing_and_waits_for_nothing() {
        assert_eq!(drawn(Duration::MAX, |_| {}), "");
    }

    #[test]
    fn a_long_run_is_shown_until_it_ends() {
        let screen = drawn(Duration::ZERO, |terminal| {
            while terminal.0.lock().expect("nobody failed").is_empty() {
                thread::sleep(Duration::from_millis(1));
            }
        });
        assert!(screen.contains("0 %  0 B of 4.00 MiB read"), "{screen}");
        assert!(screen.ends_with("<cleared>"), "{screen}");
    }
}
