//! Files that the user asked for, written whole or not at all, and readable by nobody else.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

use super::{
    effect::{File, Replace},
    message::Unwritten,
};

impl File {
    /// Writes it; answers its full path.
    pub(crate) fn write(&self) -> Result<PathBuf, Unwritten> {
        let failed = |error: &io::Error, path: &Path| {
            Unwritten::Failed(format!("{}: {error}", path.display()))
        };
        let path = std::path::absolute(home(&self.path)).map_err(|e| failed(&e, &self.path))?;
        let folder = path.parent().unwrap_or(Path::new("/"));
        if path.is_dir() {
            let why = format!("{} is a folder; name a file in it", path.display());
            return Err(Unwritten::Failed(why));
        }
        // A file beside it that only its owner may read, and then its name in one step: whoever looks
        // sees the old content or the new one.
        let mut draft = tempfile::NamedTempFile::new_in(folder).map_err(|e| failed(&e, folder))?;
        draft
            .write_all(self.text.as_bytes())
            .and_then(|()| draft.as_file().sync_all())
            .map_err(|e| failed(&e, &path))?;
        let named = match self.replace {
            Replace::Yes => draft.persist(&path),
            Replace::No => draft.persist_noclobber(&path),
        };
        match named {
            Ok(_) => Ok(path),
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {
                Err(Unwritten::Exists)
            }
            Err(error) => Err(failed(&error.error, &path)),
        }
    }
}

/// A leading `~` as shells read it.
fn home(path: &Path) -> PathBuf {
    match (path.strip_prefix("~"), std::env::var_os("HOME")) {
        (Ok(rest), Some(home)) => PathBuf::from(home).join(rest),
        _ => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt};

    use super::*;

    fn file(path: PathBuf, text: &str, replace: Replace) -> File {
        File {
            path,
            text: text.to_owned(),
            replace,
        }
    }

    #[test]
    fn it_is_its_owners_alone_and_replaces_nothing_unasked() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rows.csv");
        let written = file(path.clone(), "one", Replace::No).write();
        assert_eq!(written, Ok(path.clone()));
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let again = file(path.clone(), "two", Replace::No).write();
        assert_eq!(again, Err(Unwritten::Exists));
        assert_eq!(fs::read_to_string(&path).unwrap(), "one");
        file(path.clone(), "two", Replace::Yes).write().unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "two");
        // Nothing else is left behind.
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_cannot_be_written_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let refused = |path: PathBuf| match file(path, "", Replace::Yes).write() {
            Err(Unwritten::Failed(why)) => why,
            other => panic!("{other:?}"),
        };
        let nowhere = refused(folder.path().join("no/rows.csv"));
        assert!(
            nowhere.contains("/no") && nowhere.contains("No such"),
            "{nowhere}"
        );
        assert!(refused(folder.path().to_owned()).contains("is a folder"));
    }
}
