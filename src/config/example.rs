//! Proof that `config.example.toml` never lies: it loads, it holds every key that is understood and
//! no other, and what it shows as a default is one.

use std::{collections::BTreeSet, fs, path::Path};

use toml::{Table, Value};

use super::{
    paths::Platform,
    resolve::resolve,
    schema,
    settings::{Flags, Regions, Settings, StateDir},
    theme::{Role, Theme},
};

const EXAMPLE: &str = include_str!("../../config.example.toml");
/// The theme that it points at.
const THEME: &str = include_str!("../../assets/themes/high-contrast.toml");

/// The settings that a file of this text leads to, with nothing in the environment but a home.
fn loaded(text: &str) -> Settings {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.toml");
    fs::write(&file, text).unwrap();
    fs::create_dir(folder.path().join("themes")).unwrap();
    fs::write(folder.path().join("themes/dusk.toml"), THEME).unwrap();
    let flags = Flags {
        config: Some(file),
        ..Flags::default()
    };
    let env = |name: &str| (name == "HOME").then(|| "/home/ana".to_owned());
    let platform = Platform {
        config: "/nowhere".into(),
        state: "/state".into(),
    };
    let mut settings = resolve(&flags, &env, Some(&platform)).unwrap();
    // What differs from one run to the next, and says nothing about the text.
    settings.config_file = None;
    settings.guard.file = None;
    settings.origins = super::Origins::default();
    settings
}

/// The example with every line of the form `# key = value` taken out of its comment.
fn uncommented() -> String {
    let is_setting = |text: &str| {
        text.split_once(" = ").is_some_and(|(key, _)| {
            !key.is_empty()
                && key
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b == b'-' || b == b'_')
        })
    };
    let lines = EXAMPLE.lines().map(|line| match line.strip_prefix("# ") {
        Some(text) if is_setting(text) => text,
        _ => line,
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn as_it_is_it_changes_nothing() {
    assert_eq!(loaded(EXAMPLE), loaded(""));
}

#[test]
fn with_every_line_in_force_only_the_examples_differ_from_the_defaults() {
    let mut settings = loaded(&uncommented());
    assert_eq!(settings.profile.take().as_deref(), Some("production"));
    let Regions::Listed(regions) = std::mem::replace(&mut settings.regions, Regions::Default)
    else {
        panic!("{:?}", settings.regions)
    };
    assert_eq!(regions.len(), 2);
    assert_eq!(
        settings.endpoint_url.take().as_deref(),
        Some("http://127.0.0.1:4566")
    );
    assert_eq!(
        settings.state_dir,
        StateDir::Given("/home/ana/snapdeck-state".into())
    );
    assert_eq!(settings.ascii.take(), Some(true));
    let bundle = settings.network.ca_bundle.take();
    assert_eq!(bundle.as_deref(), Some(Path::new("/etc/ssl/corporate.pem")));
    assert!(settings.support.contact.take().is_some());
    let Theme::Custom(theme) = std::mem::replace(&mut settings.theme, Theme::Auto) else {
        panic!("{:?}", settings.theme)
    };
    assert_eq!(theme.roles.len(), Role::ALL.len());
    assert!(settings.opensearch.remove("logs").is_some());
    let said = settings.guard.profiles.remove("production").unwrap();
    assert_eq!(said.read_only, Some(true));
    assert!(said.rules.confirm_account && said.rules.require_reason);
    assert_eq!(
        (said.rules.deny.len(), said.rules.largest_bulk),
        (2, Some(10))
    );
    settings.read_only = None;

    let defaults = loaded("");
    settings.state_dir = defaults.state_dir.clone();
    settings.log.file.clone_from(&defaults.log.file);
    assert_eq!(settings, defaults);
}

#[test]
fn every_key_that_is_understood_appears_and_no_other() {
    let mut shown = BTreeSet::new();
    let table: Table = uncommented().parse().unwrap();
    for (key, value) in &table {
        shown.insert((String::new(), key.clone()));
        let Value::Table(section) = value else {
            continue;
        };
        for (inner, value) in section {
            match value {
                Value::Table(named) => {
                    shown.extend(named.keys().map(|name| (format!("{key}.*"), name.clone())));
                }
                _ => {
                    shown.insert((key.clone(), inner.clone()));
                }
            }
        }
    }
    let sections = schema::SECTIONS
        .iter()
        .map(|(section, _)| *section)
        .chain([schema::KEYS]);
    let known = sections
        .flat_map(|section| {
            schema::known(section)
                .into_iter()
                .map(|key| (section.to_owned(), key.to_owned()))
        })
        .collect::<BTreeSet<_>>();
    assert_eq!(shown, known);
}

#[test]
fn what_it_calls_an_example_is_no_default_and_the_reverse() {
    let defaults = loaded("");
    let lines: Vec<_> = EXAMPLE.lines().collect();
    let mut examples = 0;
    for (index, line) in lines.iter().enumerate() {
        if line.starts_with('#') && line.ends_with("Example:") {
            let setting = lines[index + 1..]
                .iter()
                .take(2)
                .copied()
                .collect::<Vec<_>>()
                .join("\n");
            let setting = setting.replace("# ", "");
            let section = lines[..index]
                .iter()
                .rev()
                .find(|line| line.starts_with('['));
            let text = match section {
                Some(section) if !setting.starts_with('[') => format!("{section}\n{setting}"),
                _ => setting,
            };
            assert_ne!(loaded(&text), defaults, "{text}");
            examples += 1;
        }
    }
    assert_eq!(examples, 11);
}
