//! What counts in the sandbox.

use super::*;

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
