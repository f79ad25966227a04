//! The report of a crash: a file in the state folder, for whoever reports it.
//!
//! Invariants: it is written by the hook of the panic, so it must need nothing that could be broken;
//! it holds what panicked and where, and nothing that was read from AWS or typed.

use std::{
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
    write(&folder, &info.to_string(), &Backtrace::force_capture()).ok()
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
        let path = write(&folder, "index out of bounds", &Backtrace::force_capture()).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with(concat!("snapdeck ", env!("CARGO_PKG_VERSION"))));
        assert!(text.contains("index out of bounds"));
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
