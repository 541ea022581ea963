//! Files that are read by position, that change, and that cannot be read.

use super::*;

#[test]
fn memory_reads_by_position() {
    let source = Source::from_bytes(b"abcdef".to_vec());
    let mut buffer = [0; 4];
    assert_eq!(source.read_at(4, &mut buffer).ok(), Some(2));
    assert_eq!(&buffer[..2], b"ef");
    assert_eq!(source.read_at(9, &mut buffer).ok(), Some(0));
    assert_eq!(source.read_whole().ok().as_deref(), Some(&b"abcdef"[..]));
}

#[test]
fn a_file_that_changes_is_noticed() {
    let path = std::env::temp_dir().join(format!("rolecall-source-{}", std::process::id()));
    for (before, after) in [("some", "some more"), ("some", "so"), ("some", "")] {
        fs::write(&path, before).expect("a file can be written");
        let source = Source::open(&path).expect("it is there");
        assert!(source.is_unchanged());
        fs::write(&path, after).expect("a file can be written");
        assert!(!source.is_unchanged(), "{after}");
        assert!(source.read_whole().is_err_and(|error| error.is_changed), "{after}");
    }
    fs::remove_file(&path).expect("it is still there");
}

/// Gives a byte a call, is interrupted now and then, and fails after some bytes.
struct Failing {
    left: usize,
    calls: usize,
}

impl Read for Failing {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.calls += 1;
        if self.calls.is_multiple_of(3) {
            return Err(io::ErrorKind::Interrupted.into());
        }
        if self.left == 0 {
            return Err(io::Error::other("broken"));
        }
        self.left -= 1;
        buffer[0] = b'a';
        Ok(1)
    }
}

#[test]
fn a_reader_that_fails_gives_nothing() {
    for left in 0..100 {
        assert!(Source::read_all(Failing { left, calls: 0 }).is_err(), "{left}");
        let whole = Source::read_all(Failing { left: 100, calls: 0 }.take(left as u64)).expect("it does not fail");
        assert_eq!(whole.length(), left as u64);
    }
}

#[test]
fn standard_input_need_not_end() {
    assert!(Source::read_all(io::repeat(b'a')).is_err());
    assert_eq!(Source::read_all(&b"abc"[..]).expect("it ends").length(), 3);
}

#[test]
#[cfg(unix)]
fn a_pipe_that_takes_the_place_of_a_file_stops_nothing() {
    let pipe = std::env::temp_dir().join(format!("rolecall-{}.pipe", std::process::id()));
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.is_ok_and(|status| status.success()), "a pipe can be made");
    let opened = Source::open_nonblocking(&pipe);
    fs::remove_file(&pipe).expect("it was made");
    assert!(opened.is_err());
}

#[test]
fn what_is_no_regular_file_is_refused_at_once() {
    for path in ["/", "/dev/zero", "/no/such/file"] {
        assert!(Source::open(Path::new(path)).is_err_and(|error| !error.is_changed), "{path}");
    }
}
