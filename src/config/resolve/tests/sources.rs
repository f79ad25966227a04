//! Which files are read, and where the state is kept.

use super::*;

#[test]
fn the_file_may_be_absent_unless_it_was_named() {
    assert!(Start::default().settings().config_file.is_none());
    let missing = tempfile::tempdir().unwrap().path().join("missing.toml");
    let flags = Flags {
        config: Some(missing.clone()),
        ..Flags::default()
    };
    let error = Start {
        flags,
        ..Start::default()
    }
    .error();
    assert!(error.contains("missing.toml (--config): "), "{error}");
    let env = [("SNAPDECK_CONFIG", missing.to_str().unwrap())];
    let error = Start {
        env: &env,
        ..Start::default()
    }
    .error();
    assert!(
        error.contains("missing.toml (SNAPDECK_CONFIG): "),
        "{error}"
    );
}

#[test]
fn the_flag_names_another_file_than_the_variable_and_the_platform() {
    let folder = tempfile::tempdir().unwrap();
    let written = |name: &str| {
        let file = folder.path().join(name);
        fs::write(&file, format!("profile = '{name}'")).unwrap();
        file
    };
    let (by_flag, by_variable) = (written("flag"), written("variable"));
    let env = [("SNAPDECK_CONFIG", by_variable.to_str().unwrap())];
    let mut start = Start {
        env: &env,
        file: Some("profile = 'platform'"),
        ..Start::default()
    };
    assert_eq!(start.settings().profile.as_deref(), Some("variable"));
    start.flags.config = Some(by_flag.clone());
    let settings = start.settings();
    assert_eq!(settings.profile.as_deref(), Some("flag"));
    assert_eq!(settings.config_file, Some(by_flag));
    start = Start {
        file: Some("profile = 'platform'"),
        ..Start::default()
    };
    assert_eq!(start.settings().profile.as_deref(), Some("platform"));
}

#[test]
fn a_file_that_is_no_text_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("c.toml");
    fs::write(&file, b"# a\nprofile = '\xff'\n").unwrap();
    let flags = Flags {
        config: Some(file),
        ..Flags::default()
    };
    let error = Start {
        flags,
        ..Start::default()
    }
    .error();
    assert!(
        error.ends_with("c.toml, line 2: not valid TOML: the text is not UTF-8"),
        "{error}"
    );
    let flags = Flags {
        config: Some(folder.path().to_path_buf()),
        ..Flags::default()
    };
    let error = Start {
        flags,
        ..Start::default()
    }
    .error();
    assert!(
        error.starts_with("cannot read the configuration file "),
        "{error}"
    );
}

#[test]
fn without_a_home_a_folder_must_be_named() {
    let resolved = |flags: Flags, env: &[(&str, &str)]| {
        let start = Start {
            flags,
            env,
            file: None,
        };
        resolve(&start.flags, &|name| start.variable(name), None)
    };
    let error = resolved(Flags::default(), &[]).unwrap_err().to_string();
    assert!(
        error.contains("set HOME") && error.contains("--state-dir"),
        "{error}"
    );
    let flags = Flags {
        state_dir: Some("/s".into()),
        ..Flags::default()
    };
    assert_eq!(
        resolved(flags, &[]).unwrap().state_dir,
        StateDir::Given("/s".into())
    );
    let env = [("SNAPDECK_STATE_DIR", "/e")];
    let settings = resolved(Flags::default(), &env).unwrap();
    assert_eq!(settings.state_dir, StateDir::Given("/e".into()));
    assert_eq!(
        resolved(sandbox(), &[]).unwrap().state_dir,
        StateDir::Temporary
    );
}
