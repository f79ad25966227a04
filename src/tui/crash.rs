//! The report of a crash: a file in the state folder, for whoever reports it.
//!
//! Invariants: it is written by the hook of the panic, so it must need nothing that could be broken;
//! it says where the program panicked, and the message only where that is a text of the program itself:
//! one that was put together at run time may quote what was read from AWS or typed.

use std::{
    any::Any,
    backtrace::Backtrace,
    fs::{self, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    panic::PanicHookInfo,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

/// Where the report is written.
static FOLDER: Mutex<Option<PathBuf>> = Mutex::new(None);

/// Says where a report is to be written; the system's folder for temporary files where there is none.
pub(super) fn reports_go_to(folder: Option<&Path>) {
    let folder = folder.map_or_else(std::env::temp_dir, Path::to_path_buf);
    *FOLDER.lock().unwrap_or_else(PoisonError::into_inner) = Some(folder);
}

/// Writes the report of a panic; answers where it is.
pub(super) fn report(info: &PanicHookInfo<'_>) -> Option<PathBuf> {
    let folder = FOLDER.try_lock().ok()?.clone()?;
    write(&folder, &said(info), &Backtrace::force_capture()).ok()
}

/// Where it panicked, with the message where it can quote nothing.
fn said(info: &PanicHookInfo<'_>) -> String {
    let place = info.location().map(ToString::to_string);
    let place = place.unwrap_or_else(|| "an unknown place".to_owned());
    format!("panicked at {place}: {}", message(info.payload()))
}

/// The message of a panic, if it was written into the program as it is.
fn message(payload: &(dyn Any + Send)) -> &'static str {
    let written = payload.downcast_ref::<&'static str>().copied();
    written.unwrap_or("the message is left out, since it may quote data")
}

fn write(folder: &Path, said: &str, trace: &Backtrace) -> io::Result<PathBuf> {
    fs::create_dir_all(folder)?;
    let now = jiff::Timestamp::now();
    let name = format!("crash-{}-{}.txt", now.as_second(), std::process::id());
    let path = folder.join(name);
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&path)?;
    writeln!(
        file,
        "snapdeck {} on {} {}, {now}\n\n{said}\n\n{trace}",
        env!("CARGO_PKG_VERSION"),
        std::env::consts::OS,
        std::env::consts::ARCH,
    )?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_report_says_what_broke_and_is_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("state");
        let path = write(
            &folder,
            "panicked at src/x.rs:1:2",
            &Backtrace::force_capture(),
        )
        .unwrap();
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with(concat!("snapdeck ", env!("CARGO_PKG_VERSION"))));
        assert!(text.contains("panicked at src/x.rs:1:2"));
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_message_that_was_put_together_is_left_out() {
        let number = std::process::id();
        let quoting = std::panic::catch_unwind(|| panic!("row {number} is odd")).unwrap_err();
        assert!(message(&*quoting).starts_with("the message is left out"));
        let written = std::panic::catch_unwind(|| panic!("no row")).unwrap_err();
        assert_eq!(message(&*written), "no row");
    }
}
