//! What each setting is when the defaults, the file, the environment and the flags are taken
//! together.
//!
//! A value that a stronger source replaces is not looked at in the environment and the flags; the
//! file is checked whole, so that a mistake in it does not wait for the day it counts.

use std::{path::PathBuf, time::Duration};

use jiff::SignedDuration;

use crate::domain::attention::Limits;

use super::{
    console::ConsoleOptions,
    error::ConfigError,
    file::{self, FileSettings},
    origin::{Origin, Origins},
    paths::{self, Platform},
    settings::{
        Color, Flags, Guard, LOG_FILE, Level, Log, Network, Regions, SandboxSource, Settings,
        StateDir, Support, Terminal, Watch,
    },
    sources::{Env, Sources},
    theme::{Colors, Theme},
    value,
};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
const SHORTEST: Duration = Duration::from_secs(2);
const LONGEST: Duration = Duration::from_secs(30);
const RECONCILE_FOR: Duration = Duration::from_mins(2);

/// Resolves everything, given the platform's folders.
pub(crate) fn resolve(
    flags: &Flags,
    env: Env<'_>,
    platform: Option<&Platform>,
) -> Result<Settings, ConfigError> {
    let sandbox = sandbox(flags)?;
    let home = env("HOME")
        .filter(|home| !home.is_empty())
        .map(PathBuf::from);
    let mut file = FileSettings::default();
    let mut config_file = None;
    if let Some(config) = paths::config_file(flags, env, platform)
        && let Some(text) = config.read()?
    {
        file = file::read(&config.path, &text, home.as_deref())?;
        config_file = Some(config.path);
    }
    if sandbox.is_some() {
        forget_aws(&mut file);
    }
    let origins = Origins::default();
    settle(
        Sources {
            flags,
            env,
            file,
            origins,
        },
        sandbox,
        config_file,
        platform,
    )
}

fn settle(
    mut sources: Sources<'_>,
    sandbox: Option<SandboxSource>,
    config_file: Option<PathBuf>,
    platform: Option<&Platform>,
) -> Result<Settings, ConfigError> {
    let from = &mut sources;
    let (profile, endpoint_url, ca_bundle) = match sandbox {
        Some(_) => (None, None, None),
        None => (profile(from)?, endpoint_url(from)?, ca_bundle(from)?),
    };
    let regions = regions(from, sandbox.is_some())?;
    let guard = guard(from, config_file.clone())?;
    let state_dir = state_dir(from, sandbox.is_some(), platform)?;
    let contact = from.of_file("support.contact", |file| file.contact.take());
    Ok(Settings {
        read_only: guard.reason(profile.as_deref()),
        profile,
        regions,
        endpoint_url,
        sandbox,
        guard,
        color: color(from),
        theme: theme(from),
        colors: from
            .of_file("theme.colors", |file| file.colors.take())
            .unwrap_or(Colors::Auto),
        terminal: terminal(from),
        ascii: ascii(from),
        log: Log {
            level: log_level(from)?,
            file: state_dir.path().map(|folder| folder.join(LOG_FILE)),
        },
        state_dir,
        network: network(from, ca_bundle)?,
        watch: watch(from)?,
        support: Support { contact },
        opensearch: std::mem::take(&mut from.file.opensearch),
        attention: attention(from),
        console: console(from),
        tags: std::mem::take(&mut from.file.tags),
        columns: std::mem::take(&mut from.file.columns),
        keymap: std::mem::take(&mut from.file.keymap),
        config_file,
        origins: sources.origins,
    })
}

/// The sandbox asked for, unless the flags contradict it.
fn sandbox(flags: &Flags) -> Result<Option<SandboxSource>, ConfigError> {
    let Some(scenario) = &flags.sandbox else {
        return Ok(None);
    };
    let refused = |second, reason| ConfigError::Conflict {
        first: "--sandbox",
        second,
        reason,
    };
    if flags.endpoint_url.is_some() {
        let reason = "the sandbox is its own endpoint; leave one of them out";
        return Err(refused("--endpoint-url", reason));
    }
    if flags.profile.is_some() {
        let reason = "the sandbox has an identity of its own; leave one of them out";
        return Err(refused("--profile", reason));
    }
    Ok(Some(match scenario {
        None => SandboxSource::BuiltIn,
        Some(file) => SandboxSource::File(file.clone()),
    }))
}

/// In the sandbox, nothing counts that the file says about AWS and its accounts.
fn forget_aws(file: &mut FileSettings) {
    file.profile = None;
    file.regions = None;
    file.endpoint_url = None;
    file.ca_bundle = None;
    file.profiles.clear();
    file.opensearch.clear();
    // The folder of the journal of real operations; a simulated one must not end up in it.
    file.state_dir = None;
}

fn profile(from: &mut Sources<'_>) -> Result<Option<String>, ConfigError> {
    let flag = from
        .flags
        .profile
        .as_deref()
        .map(|name| ("--profile", name));
    let file = from.file.profile.take();
    from.first("profile", flag, &["AWS_PROFILE"], file, value::name)
}

fn endpoint_url(from: &mut Sources<'_>) -> Result<Option<String>, ConfigError> {
    let flag = from
        .flags
        .endpoint_url
        .as_deref()
        .map(|url| ("--endpoint-url", url));
    let file = from.file.endpoint_url.take();
    from.first(
        "endpoint_url",
        flag,
        &["AWS_ENDPOINT_URL"],
        file,
        value::endpoint,
    )
}

fn ca_bundle(from: &mut Sources<'_>) -> Result<Option<PathBuf>, ConfigError> {
    let file = from.file.ca_bundle.take();
    from.first(
        "network.ca_bundle",
        None,
        &["AWS_CA_BUNDLE"],
        file,
        value::path,
    )
}

fn regions(from: &mut Sources<'_>, sandbox: bool) -> Result<Regions, ConfigError> {
    if !from.flags.regions.is_empty() {
        let regions = value::regions(&from.flags.regions);
        return from.accept("regions", Origin::Flag("--region"), regions);
    }
    let variables: &[_] = if sandbox {
        &[]
    } else {
        &["AWS_REGION", "AWS_DEFAULT_REGION"]
    };
    let file = from.file.regions.take();
    let found = from.first("regions", None, variables, file, value::region)?;
    Ok(found.unwrap_or(Regions::Default))
}

fn guard(from: &mut Sources<'_>, config_file: Option<PathBuf>) -> Result<Guard, ConfigError> {
    const VARIABLE: &str = "SNAPDECK_READ_ONLY";
    let all = from
        .of_file("read_only", |file| file.read_only.take())
        .unwrap_or(false);
    let mut always = None;
    if from.flags.read_only {
        from.origins
            .record("read_only", Origin::Flag("--read-only"));
        always = Some("--read-only");
    } else if let Some(text) = from.variable(VARIABLE) {
        let origin = Origin::Environment(VARIABLE);
        match value::switch(&text) {
            Ok(true) => {
                from.origins.record("read_only", origin);
                always = Some(VARIABLE);
            }
            Ok(false) => {}
            Err(problem) => return Err(ConfigError::Value { origin, problem }),
        }
    }
    let profiles = std::mem::take(&mut from.file.profiles);
    Ok(Guard {
        always,
        all,
        profiles,
        file: config_file,
    })
}

fn state_dir(
    from: &mut Sources<'_>,
    sandbox: bool,
    platform: Option<&Platform>,
) -> Result<StateDir, ConfigError> {
    if let Some(folder) = &from.flags.state_dir {
        let folder = value::named_path(folder);
        return from
            .accept("state_dir", Origin::Flag("--state-dir"), folder)
            .map(StateDir::Given);
    }
    let file = from.file.state_dir.take();
    let given = from.first(
        "state_dir",
        None,
        &["SNAPDECK_STATE_DIR"],
        file,
        value::path,
    )?;
    match (given, platform) {
        (Some(folder), _) => Ok(StateDir::Given(folder)),
        (None, _) if sandbox => Ok(StateDir::Temporary),
        (None, Some(platform)) => Ok(StateDir::Default(platform.state.clone())),
        (None, None) => Err(ConfigError::NoHome),
    }
}

fn color(from: &Sources<'_>) -> Color {
    if from.flags.no_color || from.variable("NO_COLOR").is_some() {
        Color::Never
    } else {
        Color::Auto
    }
}

/// A file goes before a name: it was pointed at.
fn theme(from: &mut Sources<'_>) -> Theme {
    let named = from.of_file("theme.name", |file| file.theme.take());
    let file = from.of_file("theme.file", |file| file.theme_file.take());
    file.or(named).unwrap_or(Theme::Auto)
}

fn terminal(from: &mut Sources<'_>) -> Terminal {
    let default = Terminal::default();
    let clipboard = from.of_file("terminal.clipboard", |file| file.clipboard.take());
    let synchronized = from.of_file("terminal.synchronized", |file| file.synchronized.take());
    let mouse = from.of_file("terminal.mouse", |file| file.mouse.take());
    let notify = from.of_file("terminal.notify", |file| file.notify.take());
    Terminal {
        clipboard: clipboard.unwrap_or(default.clipboard),
        synchronized: synchronized.unwrap_or(default.synchronized),
        mouse: mouse.unwrap_or(default.mouse),
        notify: notify.unwrap_or(default.notify),
    }
}

fn ascii(from: &mut Sources<'_>) -> Option<bool> {
    let file = from.of_file("ascii", |file| file.ascii.take());
    if from.flags.ascii {
        from.origins.record("ascii", Origin::Flag("--ascii"));
        return Some(true);
    }
    file
}

fn log_level(from: &mut Sources<'_>) -> Result<Level, ConfigError> {
    let flag = from
        .flags
        .log_level
        .as_deref()
        .map(|level| ("--log-level", level));
    let file = from.file.log_level.take();
    let found = from.first(
        "log.level",
        flag,
        &["SNAPDECK_LOG_LEVEL"],
        file,
        value::level,
    )?;
    Ok(found.unwrap_or(Level::Info))
}

fn network(from: &mut Sources<'_>, ca_bundle: Option<PathBuf>) -> Result<Network, ConfigError> {
    let connect = from.of_file("network.connect_timeout", |file| {
        file.connect_timeout.take()
    });
    let request = from.of_file("network.request_timeout", |file| {
        file.request_timeout.take()
    });
    let network = Network {
        connect_timeout: connect.unwrap_or(CONNECT_TIMEOUT),
        request_timeout: request.unwrap_or(REQUEST_TIMEOUT),
        ca_bundle,
    };
    if network.connect_timeout < network.request_timeout {
        return Ok(network);
    }
    let culprit = if request.is_some() {
        "network.request_timeout"
    } else {
        "network.connect_timeout"
    };
    Err(ConfigError::Value {
        origin: from.origins.of(culprit).clone(),
        problem: format!(
            "network.request_timeout ({}{}) is not longer than network.connect_timeout ({}{}); a call \
             includes its connection, so make it longer",
            value::spelled(network.request_timeout),
            default(request),
            value::spelled(network.connect_timeout),
            default(connect),
        ),
    })
}

/// What follows a value that nobody gave.
fn default(given: Option<Duration>) -> &'static str {
    if given.is_none() { ", the default" } else { "" }
}

fn attention(from: &mut Sources<'_>) -> Limits {
    let age = from.of_file("attention.recovery_point_age", |file| {
        file.recovery_point_age.take()
    });
    let old = from.of_file("attention.old", |file| file.old.take());
    let usual = Limits::default();
    let signed = |span: Option<Duration>| span.and_then(|span| SignedDuration::try_from(span).ok());
    Limits {
        recovery_point_age: signed(age).unwrap_or(usual.recovery_point_age),
        old: signed(old).unwrap_or(usual.old),
    }
}

fn console(from: &mut Sources<'_>) -> ConsoleOptions {
    let usual = ConsoleOptions::default();
    let start = from.of_file("console.start", |file| file.start.take());
    let refresh = from.of_file("console.refresh", |file| file.refresh.take());
    let resume = from.of_file("console.resume", |file| file.resume.take());
    ConsoleOptions {
        start: start.unwrap_or(usual.start),
        refresh: refresh.unwrap_or(usual.refresh),
        resume: resume.unwrap_or(usual.resume),
    }
}

fn watch(from: &mut Sources<'_>) -> Result<Watch, ConfigError> {
    let shortest = from.of_file("watch.shortest", |file| file.shortest.take());
    let longest = from.of_file("watch.longest", |file| file.longest.take());
    let reconcile_for = from.of_file("watch.reconcile_for", |file| file.reconcile_for.take());
    let watch = Watch {
        shortest: shortest.unwrap_or(SHORTEST),
        longest: longest.unwrap_or(LONGEST),
        reconcile_for: reconcile_for.unwrap_or(RECONCILE_FOR),
    };
    if watch.shortest <= watch.longest {
        return Ok(watch);
    }
    let culprit = if shortest.is_some() {
        "watch.shortest"
    } else {
        "watch.longest"
    };
    Err(ConfigError::Value {
        origin: from.origins.of(culprit).clone(),
        problem: format!(
            "watch.shortest ({}{}) is longer than watch.longest ({}{}); make it the same or shorter",
            value::spelled(watch.shortest),
            default(shortest),
            value::spelled(watch.longest),
            default(longest),
        ),
    })
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;
    use crate::domain::place::Region;

    /// A start of the program: its flags, its variables, the text of its configuration file.
    #[derive(Default)]
    struct Start<'a> {
        flags: Flags,
        env: &'a [(&'a str, &'a str)],
        file: Option<&'a str>,
    }

    impl Start<'_> {
        /// Resolves it in a platform of its own; the folder is where the file is.
        fn resolve_in(&self, folder: &Path) -> Result<Settings, ConfigError> {
            let config = folder.join("config");
            fs::create_dir_all(&config).unwrap();
            if let Some(text) = self.file {
                fs::write(config.join("config.toml"), text).unwrap();
            }
            let platform = Platform {
                config,
                state: folder.join("state"),
            };
            resolve(&self.flags, &|name| self.variable(name), Some(&platform))
        }

        fn resolve(&self) -> Result<Settings, ConfigError> {
            self.resolve_in(tempfile::tempdir().unwrap().path())
        }

        fn settings(&self) -> Settings {
            self.resolve().unwrap()
        }

        fn error(&self) -> String {
            self.resolve().unwrap_err().to_string()
        }

        fn variable(&self, name: &str) -> Option<String> {
            self.env
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, value)| (*value).to_owned())
        }
    }

    fn listed(settings: &Settings) -> Vec<&str> {
        match &settings.regions {
            Regions::Listed(regions) => regions.iter().map(Region::as_str).collect(),
            other => panic!("{other:?}"),
        }
    }

    fn sandbox() -> Flags {
        Flags {
            sandbox: Some(None),
            ..Flags::default()
        }
    }

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
    fn a_call_takes_longer_than_its_connection() {
        for (network, words) in [
            (
                "connect_timeout = '30s'",
                "request_timeout (30s, the default) is not longer than network.connect_timeout (30s)",
            ),
            (
                "request_timeout = '5s'",
                "request_timeout (5s) is not longer than network.connect_timeout (5s, the default)",
            ),
            (
                "connect_timeout = '10s'\nrequest_timeout = '9s'",
                "request_timeout (9s) is not longer",
            ),
        ] {
            let file = format!("[network]\n{network}\n");
            let start = Start {
                file: Some(&file),
                ..Start::default()
            };
            let error = start.error();
            assert!(error.contains(words) && error.contains("line "), "{error}");
        }
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
    fn the_sandbox_takes_nothing_that_is_meant_for_aws() {
        let env = [
            ("AWS_PROFILE", "e"),
            ("AWS_REGION", "moon"),
            ("AWS_DEFAULT_REGION", "eu-west-2"),
            ("AWS_ENDPOINT_URL", "nope"),
            ("AWS_CA_BUNDLE", "/e.pem"),
        ];
        let file = "profile = 'f'\nregions = ['all']\nendpoint_url = 'http://f'\nstate_dir = '/f'\n\
                    network.ca_bundle = '/f.pem'\nprofiles.default.read_only = true\n\
                    watch.longest = '9s'\n";
        let settings = Start {
            flags: sandbox(),
            env: &env,
            file: Some(file),
        }
        .settings();
        assert_eq!(settings.sandbox, Some(SandboxSource::BuiltIn));
        assert_eq!((settings.profile, settings.endpoint_url), (None, None));
        assert_eq!(
            (settings.regions, settings.network.ca_bundle),
            (Regions::Default, None)
        );
        assert_eq!(
            (settings.state_dir, settings.log.file),
            (StateDir::Temporary, None)
        );
        assert_eq!(settings.read_only, None);
        assert_eq!(settings.watch.longest, Duration::from_secs(9));

        let flags = Flags {
            sandbox: Some(Some("s.toml".into())),
            regions: vec!["eu-west-1".into()],
            ..Flags::default()
        };
        let env = [("SNAPDECK_STATE_DIR", "/e")];
        let settings = Start {
            flags,
            env: &env,
            file: Some("read_only = true"),
        }
        .settings();
        assert_eq!(settings.sandbox, Some(SandboxSource::File("s.toml".into())));
        assert_eq!(settings.state_dir, StateDir::Given("/e".into()));
        assert_eq!(listed(&settings), ["eu-west-1"]);
        assert!(settings.read_only.unwrap().starts_with("read_only in "));
    }

    #[test]
    fn the_sandbox_contradicts_an_endpoint_and_a_profile() {
        let endpoint = Flags {
            endpoint_url: Some("http://h".into()),
            ..sandbox()
        };
        let profile = Flags {
            profile: Some("p".into()),
            ..sandbox()
        };
        for (flags, other) in [(endpoint, "--endpoint-url"), (profile, "--profile")] {
            let error = Start {
                flags,
                ..Start::default()
            }
            .error();
            assert!(error.starts_with(&format!("--sandbox and {other} cannot be used together")));
        }
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

    #[test]
    fn the_shortest_pause_is_not_longer_than_the_longest() {
        for (file, words) in [
            (
                "watch.shortest = '40s'",
                ["line 1", "(40s) is longer", "(30s, the default)"],
            ),
            (
                "\nwatch.longest = '1s'",
                ["line 2", "(2s, the default)", "watch.longest (1s)"],
            ),
            (
                "[watch]\nlongest = '5s'\nshortest = '6s'",
                ["line 3", "(6s)", "(5s)"],
            ),
        ] {
            let error = Start {
                file: Some(file),
                ..Start::default()
            }
            .error();
            assert!(words.iter().all(|word| error.contains(word)), "{error}");
        }
        let same = Start {
            file: Some("watch.shortest = '30s'"),
            ..Start::default()
        }
        .settings();
        assert_eq!(same.watch.shortest, same.watch.longest);
    }

    #[test]
    fn looks_are_resolved_like_everything_else() {
        let file = Some("ascii = false\n[theme]\nname = 'light'\n[support]\ncontact = 'ana'\n");
        let settings = Start {
            file,
            ..Start::default()
        }
        .settings();
        assert_eq!(
            (settings.ascii, settings.theme),
            (Some(false), Theme::Light)
        );
        assert_eq!(settings.support.contact.as_deref(), Some("ana"));
        let flags = Flags {
            ascii: true,
            no_color: true,
            ..Flags::default()
        };
        let settings = Start {
            flags,
            file,
            ..Start::default()
        }
        .settings();
        assert_eq!((settings.ascii, settings.color), (Some(true), Color::Never));
        let settings = Start {
            env: &[("NO_COLOR", "0")],
            ..Start::default()
        }
        .settings();
        assert_eq!(settings.color, Color::Never);
    }
}
