//! The strongest source decides, and a value that cannot be right is named with its source.

use super::*;

#[test]
fn without_a_word_the_defaults_count() {
    let folder = tempfile::tempdir().unwrap();
    let settings = Start::default().resolve_in(folder.path()).unwrap();
    assert_eq!(settings.regions, Regions::Default);
    assert_eq!(
        (settings.profile, settings.endpoint_url, settings.sandbox),
        (None, None, None)
    );
    assert_eq!(
        (settings.read_only, settings.ascii, settings.config_file),
        (None, None, None)
    );
    assert_eq!(
        settings.state_dir,
        StateDir::Default(folder.path().join("state"))
    );
    assert_eq!(
        settings.log.file,
        Some(folder.path().join("state/snapdeck.log"))
    );
    assert_eq!((settings.color, settings.theme), (Color::Auto, Theme::Auto));
    assert_eq!(settings.log.level, Level::Info);
    assert_eq!(settings.network.connect_timeout, Duration::from_secs(5));
    assert_eq!(settings.network.request_timeout, Duration::from_secs(30));
    assert_eq!(settings.watch.shortest, Duration::from_secs(2));
    assert_eq!(settings.watch.longest, Duration::from_secs(30));
    assert_eq!(settings.watch.reconcile_for, Duration::from_mins(2));
}

#[test]
fn flags_go_before_variables_and_variables_before_the_file() {
    let file = "profile = 'f'\nregions = ['us-east-1', 'us-west-2']\n\
                endpoint_url = 'http://f'\nstate_dir = '/f'\n\
                network.ca_bundle = '/f.pem'\nlog.level = 'error'\n";
    let env = [
        ("AWS_PROFILE", "e"),
        ("AWS_REGION", "eu-west-1"),
        ("AWS_DEFAULT_REGION", "eu-west-2"),
        ("AWS_ENDPOINT_URL", "http://e"),
        ("SNAPDECK_STATE_DIR", "/e"),
        ("AWS_CA_BUNDLE", "/e.pem"),
        ("SNAPDECK_LOG_LEVEL", "warn"),
    ];
    let flags = Flags {
        profile: Some("o".to_owned()),
        regions: vec!["eu-north-1".to_owned(), "eu-south-1".to_owned()],
        endpoint_url: Some("http://o".to_owned()),
        state_dir: Some("/o".into()),
        log_level: Some("debug".to_owned()),
        ..Flags::default()
    };
    let read = |start: &Start<'_>| {
        let settings = start.settings();
        let bundle = settings.network.ca_bundle.clone();
        (
            listed(&settings).join(" "),
            [settings.profile, settings.endpoint_url]
                .map(Option::unwrap)
                .join(" "),
            settings.state_dir,
            bundle,
            settings.log.level,
        )
    };
    let expected = |regions: &str, letter: &str, bundle: &str, level| {
        let state = StateDir::Given(format!("/{letter}").into());
        let texts = format!("{letter} http://{letter}");
        (
            regions.to_owned(),
            texts,
            state,
            Some(PathBuf::from(bundle)),
            level,
        )
    };
    let mut start = Start {
        file: Some(file),
        ..Start::default()
    };
    assert_eq!(
        read(&start),
        expected("us-east-1 us-west-2", "f", "/f.pem", Level::Error)
    );
    start.env = &env;
    assert_eq!(
        read(&start),
        expected("eu-west-1", "e", "/e.pem", Level::Warn)
    );
    start.flags = flags;
    assert_eq!(
        read(&start),
        expected("eu-north-1 eu-south-1", "o", "/e.pem", Level::Debug)
    );

    let origins = start.settings().origins;
    assert_eq!(origins.of("profile"), &Origin::Flag("--profile"));
    assert_eq!(
        origins.of("network.ca_bundle"),
        &Origin::Environment("AWS_CA_BUNDLE")
    );
    assert_eq!(origins.of("watch.longest"), &Origin::Default);
}

#[test]
fn an_empty_variable_is_not_set_and_the_default_region_comes_second() {
    let env = [
        ("AWS_REGION", ""),
        ("AWS_DEFAULT_REGION", "eu-west-2"),
        ("AWS_PROFILE", ""),
    ];
    let settings = Start {
        env: &env,
        ..Start::default()
    }
    .settings();
    assert_eq!(listed(&settings), ["eu-west-2"]);
    assert_eq!(settings.profile, None);
    let env = [
        ("NO_COLOR", ""),
        ("SNAPDECK_READ_ONLY", ""),
        ("SNAPDECK_CONFIG", ""),
    ];
    let settings = Start {
        env: &env,
        ..Start::default()
    }
    .settings();
    assert_eq!((settings.color, settings.read_only), (Color::Auto, None));
}

#[test]
fn a_value_that_cannot_be_right_is_named_with_its_source() {
    for (flags, env, words) in [
        (
            Flags {
                endpoint_url: Some("nope".into()),
                ..Flags::default()
            },
            None,
            "--endpoint-url: 'nope'",
        ),
        (
            Flags {
                regions: vec!["moon".into()],
                ..Flags::default()
            },
            None,
            "--region: 'moon'",
        ),
        (
            Flags {
                regions: vec!["all".into(), "eu-west-1".into()],
                ..Flags::default()
            },
            None,
            "--region: 'all' stands for every Region",
        ),
        (
            Flags {
                profile: Some(String::new()),
                ..Flags::default()
            },
            None,
            "--profile: the value is empty",
        ),
        (
            Flags {
                log_level: Some("loud".into()),
                ..Flags::default()
            },
            None,
            "--log-level: 'loud'",
        ),
        (
            Flags {
                state_dir: Some("".into()),
                ..Flags::default()
            },
            None,
            "--state-dir: the path is empty",
        ),
        (
            Flags::default(),
            Some(("AWS_ENDPOINT_URL", "x:1")),
            "AWS_ENDPOINT_URL: 'x:1'",
        ),
        (
            Flags::default(),
            Some(("AWS_REGION", "all")),
            "AWS_REGION: 'all'",
        ),
        (
            Flags::default(),
            Some(("AWS_DEFAULT_REGION", "x")),
            "AWS_DEFAULT_REGION: 'x'",
        ),
        (
            Flags::default(),
            Some(("SNAPDECK_READ_ONLY", "si")),
            "SNAPDECK_READ_ONLY: 'si'",
        ),
        (
            Flags::default(),
            Some(("SNAPDECK_LOG_LEVEL", "inf")),
            "did you mean 'info'?",
        ),
    ] {
        let env: Vec<_> = env.into_iter().collect();
        let error = Start {
            flags,
            env: &env,
            file: None,
        }
        .error();
        assert!(error.contains(words), "{error}");
    }
}

#[test]
fn a_value_that_does_not_count_is_not_held_against_the_user() {
    let flags = Flags {
        regions: vec!["all".into()],
        ..Flags::default()
    };
    let settings = Start {
        flags,
        env: &[("AWS_REGION", "moon")],
        file: None,
    }
    .settings();
    assert_eq!(settings.regions, Regions::All);
}

#[test]
fn read_only_says_who_asked_for_it_and_is_never_lifted_from_outside_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let reason = |file: &str, profile: Option<&str>, env: &[(&str, &str)], flag: bool| {
        let profile = profile.map(str::to_owned);
        let flags = Flags {
            profile,
            read_only: flag,
            ..Flags::default()
        };
        let settings = Start {
            flags,
            env,
            file: Some(file),
        }
        .resolve_in(folder.path())
        .unwrap();
        assert_eq!(
            settings.read_only,
            settings.guard.reason(settings.profile.as_deref())
        );
        settings
            .read_only
            .unwrap_or_default()
            .replace(&*folder.path().to_string_lossy(), "")
    };
    let in_file = "read_only in /config/config.toml";
    let (on, off) = ([("SNAPDECK_READ_ONLY", "1")], [("SNAPDECK_READ_ONLY", "0")]);
    assert_eq!(reason("", None, &[], false), "");
    assert_eq!(reason("", None, &[], true), "--read-only");
    assert_eq!(reason("", None, &on, false), "SNAPDECK_READ_ONLY");
    assert_eq!(reason("", None, &off, false), "");
    assert_eq!(reason("read_only = true", None, &off, false), in_file);

    let file = "read_only = true\n[profiles.dev]\nread_only = false\n[profiles.prod]\n\
                read_only = true\n";
    assert_eq!(reason(file, Some("dev"), &[], false), "");
    assert_eq!(reason(file, Some("dev"), &[], true), "--read-only");
    assert_eq!(
        reason(file, Some("prod"), &off, false),
        "read_only of profile prod in /config/config.toml"
    );
    assert_eq!(reason(file, Some("other"), &[], false), in_file);
    let file = "[profiles.default]\nread_only = true\n";
    assert_eq!(
        reason(file, None, &[], false),
        "read_only of profile default in /config/config.toml"
    );
    assert_eq!(reason(file, Some("other"), &[], false), "");
}
