//! What the file may hold, and how a mistake in it is refused.

use super::*;

fn refused(text: &str) -> String {
    read(Path::new("/etc/snapdeck/config.toml"), text, None)
        .unwrap_err()
        .to_string()
}

fn names(error: &str, line: usize, words: &[&str]) {
    let place = format!("/etc/snapdeck/config.toml, line {line}: ");
    assert!(error.starts_with(&place), "{error}");
    assert!(
        words.iter().all(|word| error.contains(word)),
        "{error} lacks one of {words:?}"
    );
    assert!(!error.contains('\n'), "{error}");
}

/// A document with one key of the schema set to `value`, and the line the key is on.
fn with(section: &str, key: &str, value: &str) -> (String, usize) {
    match section {
        "" => (format!("# first\n{key} = {value}\n"), 2),
        section => {
            let section = section.replace('*', "'my profile'");
            (format!("\n[{section}]\n# what\n{key} = {value}\n"), 4)
        }
    }
}

#[test]
fn an_empty_file_says_nothing() {
    let file = read(Path::new("x"), "\n# only a comment\n", None).unwrap();
    assert!(file.profile.is_none() && file.regions.is_none() && file.profiles.is_empty());
    assert_eq!(file.keymap, Keymap::default());
}

/// No date is right anywhere, so a key that accepts one is known and never read.
#[test]
fn every_known_key_is_read_and_checks_its_type() {
    let mut sections: Vec<_> = schema::SECTIONS.iter().map(|(name, _)| *name).collect();
    sections.push(schema::KEYS);
    let mut count = 0;
    for section in sections {
        for key in schema::known(section) {
            let (text, line) = with(section, key, "1979-05-27");
            names(&refused(&text), line, &[key, "1979-05-27 is a date"]);
            count += 1;
        }
    }
    assert!(count > 40, "{count}");
}

#[test]
fn unknown_keys_are_refused_at_every_level() {
    for section in [
        "",
        "network",
        "watch",
        "log",
        "support",
        "theme",
        "terminal",
        "attention",
        "profiles.*",
        "opensearch.*",
        "keys",
    ] {
        let (text, line) = with(section, "zzqx", "1");
        names(
            &refused(&text),
            line,
            &["unknown key 'zzqx'", schema::known(section)[0]],
        );
    }
    for (text, line, words) in [
        (
            "proflie = 'x'",
            1,
            &["'proflie';", "did you mean 'profile'?"][..],
        ),
        (
            "\n\n[netwrok]\n",
            3,
            &["'netwrok'", "did you mean 'network'?"],
        ),
        (
            "[network]\nconect_timeout = '5s'",
            2,
            &["in [network]", "did you mean 'connect_timeout'?"],
        ),
        (
            "[profiles.'a b']\nreadonly = true",
            2,
            &["in [profiles.a b]", "did you mean 'read_only'?"],
        ),
        (
            "[keys]\npage_up = 'x'",
            2,
            &["in [keys]", "did you mean 'page-up'?"],
        ),
        (
            "profile = 'x'\nconnect_timeout = '5s'",
            2,
            &["it belongs in [network]"],
        ),
        (
            "[log]\nlevel = 'info'\nprofile = 'x'",
            3,
            &["it belongs at the top of the file"],
        ),
        (
            "watch.shortes = '1s'",
            1,
            &["in [watch]", "did you mean 'shortest'?"],
        ),
        (
            "profiles = { prod = { read = true } }",
            1,
            &["in [profiles.prod]", "'read_only'"],
        ),
        ("\"re\\u001Bd\" = 1", 1, &["unknown key 're\\x1bd'"]),
    ] {
        names(&refused(text), line, words);
    }
}

#[test]
fn the_first_unknown_key_of_a_section_is_the_one_reported() {
    names(&refused("zeta_one = 1\nalpha_one = 2"), 1, &["'zeta_one'"]);
}

#[test]
fn wrong_types_name_the_key_the_value_and_the_right_type() {
    for (text, line, words) in [
        (
            "profile = 5",
            1,
            &["profile: 5 is an integer", "\"production\""],
        ),
        (
            "regions = 'eu-west-1'",
            1,
            &["regions: 'eu-west-1' is a text", "[\"eu-west-1\","],
        ),
        (
            "regions = ['eu-west-1', 2]",
            1,
            &["regions: ['eu-west-1', 2] is", "[\"eu-west-1\","],
        ),
        (
            "read_only = 'yes'",
            1,
            &["read_only: 'yes' is a text", "true or false"],
        ),
        ("ascii = 1", 1, &["ascii: 1 is an integer", "true or false"]),
        (
            "network = 5",
            1,
            &["network: 5 is an integer", "written [network]"],
        ),
        (
            "profiles = 'prod'",
            1,
            &["profiles: 'prod' is a text", "[profiles]"],
        ),
        (
            "[profiles]\nprod = true",
            2,
            &["profiles.prod: true", "[profiles.prod]"],
        ),
        (
            "[[watch]]\nshortest = '1s'",
            1,
            &["watch: ", "written [watch]"],
        ),
        (
            "[network]\nconnect_timeout = 5",
            2,
            &["network.connect_timeout: 5 is", "\"5s\""],
        ),
        (
            "[keys]\ncreate = 5",
            2,
            &["keys.create: 5 is an integer", "[\"c\", \"n\"]"],
        ),
        (
            "[keys]\ncreate = ['c', 5]",
            2,
            &["keys.create: ['c', 5] is", "[\"c\", \"n\"]"],
        ),
    ] {
        names(&refused(text), line, words);
    }
}

#[test]
fn wrong_values_name_the_key_the_value_and_a_right_one() {
    for (text, line, words) in [
        ("profile = ' '", 1, &["profile: the value", "is empty"]),
        (
            "regions = ['all', 'eu-west-1']",
            1,
            &["regions: 'all'", "not both"],
        ),
        (
            "regions = ['narnia']",
            1,
            &["regions: 'narnia'", "us-east-1"],
        ),
        ("regions = []", 1, &["regions: the list", "is empty"]),
        (
            "endpoint_url = 'localhost'",
            1,
            &["endpoint_url: 'localhost'", "http://127"],
        ),
        ("state_dir = '~/x'", 1, &["state_dir: '~/x'", "needs HOME"]),
        (
            "[network]\nconnect_timeout = '5 s'",
            2,
            &["network.connect_timeout: '5 s'", "90s"],
        ),
        (
            "[network]\nconnect_timeout = '3m'",
            2,
            &["'3m' is out of bounds", "1s to 2m"],
        ),
        (
            "[network]\nrequest_timeout = '11m'",
            2,
            &["'11m' is out of bounds", "1s to 10m"],
        ),
        (
            "[watch]\nshortest = '0s'",
            2,
            &["watch.shortest: '0s'", "1s to 5m"],
        ),
        (
            "[watch]\nlongest = '2h'",
            2,
            &["watch.longest: '2h'", "1s to 1h"],
        ),
        (
            "[watch]\nreconcile_for = '5s'",
            2,
            &["watch.reconcile_for: '5s'", "10s to 1d"],
        ),
        (
            "[attention]\nold = '12h'",
            2,
            &["attention.old: '12h'", "1d to 3660d"],
        ),
        (
            "[log]\nlevel = 'debgu'",
            2,
            &["log.level: 'debgu'", "did you mean 'debug'?"],
        ),
        (
            "[theme]\nname = 'sepia'",
            2,
            &["theme.name: 'sepia'", "dark, light, mono"],
        ),
        (
            "[keys]\npreset = 'tmux'",
            2,
            &["keys.preset: 'tmux'", "default, multiplexer"],
        ),
        (
            "[keys]\nopen = 'o'",
            2,
            &["keys.open: the key o", "both open and operations"],
        ),
        (
            "[keys]\n\nquit = 'ctrl-c'",
            3,
            &["keys.quit: ctrl-c", "always leaves"],
        ),
        (
            "[keys]\ncreate = 'entr'",
            2,
            &["keys.create: 'entr' is not a key", "'enter'"],
        ),
    ] {
        names(&refused(text), line, words);
    }
}

#[test]
fn a_long_value_is_cut_in_the_message() {
    let error = refused(&format!("profile = {}", "9".repeat(500)));
    assert!(error.contains("9..."), "{error}");
    assert!(error.len() < 250, "{error}");
}

#[test]
fn a_byte_order_mark_and_other_line_ends_do_no_harm() {
    let error = refused("\u{feff}profile = 'x'\r\n\r\nregoins = []\r\n");
    names(&error, 3, &["'regoins'", "did you mean 'regions'?"]);
}

proptest::proptest! {
    #[test]
    fn no_text_breaks_the_reader(text in "([a-z_]{0,9}( = |\\.|\\[|\\]|\n|\"|'|é|,|\\{|\\}|[0-9:-]){0,3}){0,12}") {
        if let Err(error) = read(Path::new("config.toml"), &text, None) {
            proptest::prop_assert!(error.to_string().starts_with("config.toml, line "));
        }
    }
}

#[test]
fn what_is_no_toml_is_refused_with_its_line() {
    names(
        &refused("profile = 'x'\nregions = [\n"),
        2,
        &["not valid TOML"],
    );
    names(
        &refused("ascii = true\nascii = false\n"),
        2,
        &[
            "not valid TOML",
            "the key ascii is there twice",
            "duplicate key",
        ],
    );
    names(&refused("profile = x\u{1b}"), 1, &["not valid TOML"]);
    for text in [
        "\nprofile = \"x\nascii = true\n",
        "\nprofile = 'x\nascii = true\n",
        "\nprofile = \"x",
        "\nprofile = \"x\r\nascii = true\r\n",
        "\nregions = [\"x, 'y']\nascii = true\n",
    ] {
        names(&refused(text), 2, &["not valid TOML"]);
    }
}

#[test]
fn sections_may_be_written_inline_and_dotted() {
    let text = "watch.longest = '1m'\nprofiles.prod.read_only = true\n\
                network = { connect_timeout = '7', ca_bundle = 'ca.pem' }\n";
    let file = read(Path::new("/etc/snapdeck/config.toml"), text, None).unwrap();
    assert_eq!(
        file.longest,
        Some(Item {
            value: Duration::from_mins(1),
            line: 1
        })
    );
    assert_eq!(file.profiles["prod"].read_only, Some(true));
    assert_eq!(
        file.connect_timeout,
        Some(Item {
            value: Duration::from_secs(7),
            line: 3
        })
    );
    assert_eq!(
        file.ca_bundle.unwrap().value,
        Path::new("/etc/snapdeck/ca.pem")
    );
}
