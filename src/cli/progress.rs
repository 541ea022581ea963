//! A bar on standard error while a long run reads, where somebody watches.
//!
//! A run is watched from a thread of its own, which sleeps until the run has taken a second: shorter ones never
//! see it, and none waits for it.

use std::io::{self, IsTerminal};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rolecall::read::progress::Progress;

/// How long a run goes on before it is shown.
const PATIENCE: Duration = Duration::from_secs(1);

/// How long the bar stands before it is drawn anew.
const PAUSE: Duration = Duration::from_millis(100);

/// A run that is watched until this is dropped; then nothing of the bar is left.
pub struct ProgressDisplay {
    end: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl ProgressDisplay {
    /// Watches a run over `total` bytes, unless standard error is no terminal.
    pub fn of(progress: Arc<Progress>, total: u64) -> Option<Self> {
        let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        if !io::stderr().is_terminal() || is_dumb {
            return None;
        }
        Self::on(ProgressDrawTarget::stderr(), PATIENCE, progress, total)
    }

    fn on(target: ProgressDrawTarget, patience: Duration, progress: Arc<Progress>, total: u64) -> Option<Self> {
        let (end, ended) = channel();
        let display = move || display(target, patience, &progress, total, &ended);
        // Where the system gives no thread the run goes on unwatched.
        let thread = thread::Builder::new().spawn(display).ok()?;
        Some(Self { end: Some(end), thread: Some(thread) })
    }
}

impl Drop for ProgressDisplay {
    fn drop(&mut self) {
        drop(self.end.take());
        if let Some(thread) = self.thread.take() {
            // A bar that failed spoils no run.
            let _ = thread.join();
        }
    }
}

/// Draws until the other end is dropped.
fn display(target: ProgressDrawTarget, patience: Duration, progress: &Progress, total: u64, ended: &Receiver<()>) {
    let is_over = |pause| !matches!(ended.recv_timeout(pause), Err(RecvTimeoutError::Timeout));
    if is_over(patience) {
        return;
    }
    let style = ProgressStyle::with_template("{bar:30} {percent:>3} %  {binary_bytes} of {binary_total_bytes} read")
        .expect("internal error: the template of the bar is sound");
    let bar = ProgressBar::with_draw_target(Some(total), target).with_style(style);
    bar.set_position(progress.bytes().min(total));
    while !is_over(PAUSE) {
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

    fn drawn(patience: Duration, run: impl FnOnce(&RecordingTerminal)) -> String {
        let terminal = RecordingTerminal::default();
        let target = ProgressDrawTarget::term_like(Box::new(terminal.clone()));
        let display = ProgressDisplay::on(target, patience, Arc::new(Progress::default()), 4 << 20);
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
