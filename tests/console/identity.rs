//! Another profile or Region, chosen inside: nothing of the one before is shown or sent afterwards.
//!
//! Each account is a sandbox of its own, reached through a profile of AWS files that these tests
//! write. Those are named by a variable, so the tests run once more as processes of their own.

use std::{collections::BTreeMap, env, fs, path::PathBuf, time::Duration};

use serde_json::json;
use snapdeck::{
    config::{self, Flags, Settings},
    context::Context,
    domain::{
        failure::FailureKind,
        form::Request,
        place::{Account, Region},
    },
    operations::Consent,
    sandbox::{ACCESS_KEY_ID, SECRET_ACCESS_KEY},
    tui::{Charset, Palette, Styles},
};

use crate::{
    at_each_size,
    aws::is_inside,
    common::{World, run},
    flow::{Flow, Setup},
};

/// An account with one directory, in a time that stands nearly still.
fn account(id: &str, name: &str) -> World {
    World::new(&format!(
        r#"
account = "{id}"
speed = 0.001

[[directories]]
id = "d-9067{}"
name = "{name}.example.com"
type = "SimpleAD"
size = "Small"
auto_snapshots = 0
"#,
        &id[..6]
    ))
}

/// Two accounts, and AWS files with a profile for each.
struct Accounts {
    alpha: World,
    beta: World,
}

impl Accounts {
    fn new() -> Self {
        let (alpha, beta) = (
            account("111111111111", "alpha"),
            account("222222222222", "beta"),
        );
        let profile = |name: &str, world: &World| {
            format!(
                "[profile {name}]\nregion = us-east-1\nendpoint_url = {}\n\
                 aws_access_key_id = {ACCESS_KEY_ID}\naws_secret_access_key = {SECRET_ACCESS_KEY}\n",
                world.url()
            )
        };
        let file = env::var_os("AWS_CONFIG_FILE").expect("a name for the file");
        let text = profile("alpha", &alpha) + &profile("beta", &beta);
        fs::write(file, text).expect("a file");
        Self { alpha, beta }
    }

    fn settings(&self, profile: &str) -> Settings {
        let flags = Flags {
            config: Some(self.alpha.path("config.toml")),
            state_dir: Some(self.alpha.path("state")),
            profile: Some(profile.to_owned()),
            ..Flags::default()
        };
        config::load(&flags, &|_| None).expect("settings")
    }

    fn console(&self, size: (u16, u16)) -> Flow {
        let styles = Styles::new(Palette::Dark, Charset::Unicode);
        Flow::new(self.settings("alpha"), styles, size)
    }
}

/// Runs a test in a process of its own, in which the AWS files are its own as well.
fn with_accounts(test: &str, inside: impl FnOnce()) {
    let folder: PathBuf = env!("CARGO_TARGET_TMPDIR").into();
    let file = folder.join(test.replace(':', "-"));
    let none = folder.join("no-credentials");
    let variables = [
        ("AWS_CONFIG_FILE", file.to_str().expect("a plain name")),
        (
            "AWS_SHARED_CREDENTIALS_FILE",
            none.to_str().expect("a plain name"),
        ),
    ];
    if is_inside(&format!("identity::{test}"), &variables) {
        inside();
    }
}

#[test]
fn another_profile_is_chosen_inside_and_is_always_in_sight() {
    with_accounts(
        "another_profile_is_chosen_inside_and_is_always_in_sight",
        || {
            for size in [(80, 24), (140, 40)] {
                let accounts = Accounts::new();
                let mut flow = accounts.console(size);
                flow.shows("alpha.example.com").settles();
                flow.press("P").shows("beta").snapshot("identity");
                flow.press("'bet' enter").shows("beta.example.com");
                flow.snapshot("identity-beta");
                flow.press("c")
                    .shows("222222222222 in us-east-1, profile beta");
                flow.press("esc : 'alpha'").shows("▸ alpha");
                flow.press("enter").shows("alpha.example.com");
                assert!(!flow.screen().contains("beta.example.com"));
                assert!(
                    accounts
                        .beta
                        .requests()
                        .iter()
                        .all(|call| call["mutating"] != true)
                );
            }
        },
    );
}

#[test]
fn nothing_of_the_old_account_is_shown_after_a_switch_while_everything_loads() {
    with_accounts(
        "nothing_of_the_old_account_is_shown_after_a_switch_while_everything_loads",
        || {
            let accounts = Accounts::new();
            let mut flow = accounts.console((80, 24));
            flow.shows("alpha.example.com").settles();
            let delay = json!({
                "service": "*", "action": "*", "kind": "delay_ms", "ms": 700, "times": 1000,
            });
            flow.control("faults", &delay);
            // A row's own screen with all its lists under way, a list being read again below it, and
            // a dialog being checked.
            flow.press("R").shows("loading");
            flow.press("enter tab").shows("oading");
            flow.press(": 'beta'").shows("▸ beta").press("enter");
            for _ in 0..40 {
                let screen = flow.screen();
                assert!(!screen.contains("alpha.example"), "{screen}");
                assert!(!screen.contains("111111111111"), "{screen}");
                flow.turn_for(Duration::from_millis(50));
            }
            flow.shows("beta.example.com");
        },
    );
}

#[test]
fn what_was_prepared_under_one_identity_is_refused_under_another() {
    with_accounts(
        "what_was_prepared_under_one_identity_is_refused_under_another",
        || {
            let accounts = Accounts::new();
            let alpha = run(Context::open(&accounts.settings("alpha"))).expect("a context");
            let session = run(alpha.connect()).expect("a session");
            let request = Request {
                service: "directory".to_owned(),
                action: "create_snapshot".to_owned(),
                target: "d-9067111111".to_owned(),
                values: BTreeMap::new(),
                place: session.place(&Region::parse("us-east-1").expect("a Region")),
            };
            let beta = run(alpha.switch(&accounts.settings("beta"))).expect("a context");
            let refused = |request: &Request| {
                let submitted = beta
                    .operations()
                    .submit(request.clone(), Consent::default());
                run(async { submitted.await.expect_err("refused") })
            };
            // Before it is known who that is, and afterwards.
            assert_eq!(refused(&request).kind, FailureKind::Refused);
            run(beta.connect()).expect("a session");
            let failure = refused(&request);
            assert_eq!(failure.kind, FailureKind::Refused);
            assert!(
                failure.message.contains("account 111111111111"),
                "{failure}"
            );
            // Nor does another name for the account help.
            let mut forged = request.clone();
            forged.place.account = Account::new("222222222222");
            assert_eq!(refused(&forged).kind, FailureKind::Refused);
            for world in [&accounts.alpha, &accounts.beta] {
                assert!(world.requests().iter().all(|call| call["mutating"] != true));
            }
            // Under its own it is sent, also while the other context is open.
            let sent = run(alpha.operations().submit(request, Consent::default()));
            assert_eq!(
                sent.expect("sent").request.place.account.as_str(),
                "111111111111"
            );
        },
    );
}

#[test]
fn what_runs_elsewhere_is_watched_further_with_its_own_credentials() {
    with_accounts(
        "what_runs_elsewhere_is_watched_further_with_its_own_credentials",
        || {
            let accounts = Accounts::new();
            let mut flow = accounts.console((80, 24));
            flow.shows("alpha.example.com").settles();
            flow.press("c enter")
                .settles()
                .press("enter")
                .shows("accepted");
            flow.press(": 'beta'").shows("▸ beta");
            flow.press("enter").shows("beta.example.com");
            flow.press("o").shows("1 running");
            let url = format!("{}/_sandbox/advance", accounts.alpha.url());
            let advanced = run(async {
                let client = reqwest::Client::new();
                let body = json!({ "seconds": 20_000 });
                client
                    .post(url)
                    .json(&body)
                    .send()
                    .await?
                    .error_for_status()
            });
            advanced.expect("the clock goes on");
            flow.shows("Completed");
        },
    );
}

#[test]
fn a_role_that_wants_the_code_of_a_device_is_assumed_with_it() {
    with_accounts(
        "a_role_that_wants_the_code_of_a_device_is_assumed_with_it",
        || {
            for size in [(80, 24), (140, 40)] {
                let accounts = Accounts::new();
                let file = env::var_os("AWS_CONFIG_FILE").expect("a name for the file");
                let role = format!(
                    "[profile gamma]\nregion = us-east-1\nendpoint_url = {}\nsource_profile = beta\n\
                     role_arn = arn:aws:iam::222222222222:role/Operator\n\
                     mfa_serial = arn:aws:iam::222222222222:mfa/ana\n",
                    accounts.beta.url()
                );
                let text = fs::read_to_string(&file).expect("the file") + &role;
                fs::write(&file, text).expect("the file");
                let mut flow = accounts.console(size);
                flow.shows("alpha.example.com").settles();
                flow.press(": 'gamma'").shows("▸ gamma").press("enter");
                flow.shows("wants the code").frame("mfa");
                flow.press("'000000' enter")
                    .shows("MultiFactorAuthentication failed");
                flow.press("R").shows("wants the code").press("'12x3456'");
                flow.frame("mfa-typed");
                flow.press("enter").shows("beta.example.com");
                // Other Regions of the same session need no other code.
                flow.press(": 'eu-west-1' enter").shows("No directories");
                let given = accounts.beta.requests();
                let given = given.iter().filter(|call| call["action"] == "AssumeRole");
                assert_eq!(given.count(), 2);
            }
        },
    );
}

#[test]
fn credentials_that_were_renewed_are_taken_up_by_themselves() {
    with_accounts(
        "credentials_that_were_renewed_are_taken_up_by_themselves",
        || {
            let accounts = Accounts::new();
            let file = env::var_os("AWS_CONFIG_FILE").expect("a name for the file");
            let text = fs::read_to_string(&file).expect("the file");
            let without = text.replace("aws_access_key_id", "not_yet");
            fs::write(&file, without).expect("the file");
            let mut flow = accounts.console((80, 24));
            flow.shows("--profile alpha'");
            fs::write(&file, &text).expect("the file");
            flow.shows("alpha.example.com").settles();
            // And where they expire later on, what is shown is read again once they do not.
            let expired = json!({
                "service": "ds", "action": "*", "kind": "expired_token", "times": 1,
            });
            flow.control("faults", &expired).press("R");
            flow.shows("--profile alpha'");
            flow.press("R").shows("<1m old");
        },
    );
}

#[test]
fn other_regions_are_chosen_inside_one_or_several() {
    at_each_size(|size| {
        let mut flow = Setup::new(size).start();
        flow.press("P").shows("eu-west-1").snapshot("regions");
        flow.press("'eu-west-1' enter").shows("global.example.com");
        flow.settles();
        assert!(!flow.screen().contains("corp.example.com"));
        flow.press("P 'and us-east-1'").shows("beside those shown");
        flow.press("enter").shows("corp.example.com");
        flow.shows("eu-west-1 +1").snapshot("regions-two");
        assert!(flow.changes().is_empty());
    });
}
