//! Whether a single value can be right, wherever it was given. Every refusal is a sentence that
//! names the value; the caller adds where it came from.

use std::{
    net::{Ipv4Addr, Ipv6Addr},
    path::{Path, PathBuf},
    time::Duration,
};

use crate::domain::{
    place::Region,
    preset::{TagPreset, Template},
    suggest,
    text::harmless,
    time::parse_span,
};

use super::{
    keys::Preset,
    settings::{Clipboard, Level, Notify, Regions, Synchronized},
    theme::Colors,
};

/// The shortest and the longest span that make sense for a setting, both allowed, in seconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    pub(crate) least: u64,
    pub(crate) most: u64,
}

/// A span within its bounds.
pub(crate) fn span(text: &str, bounds: Bounds) -> Result<Duration, String> {
    let seconds = u64::try_from(parse_span(text)?.as_secs()).unwrap_or(0);
    if (bounds.least..=bounds.most).contains(&seconds) {
        return Ok(Duration::from_secs(seconds));
    }
    let [least, most] = [bounds.least, bounds.most].map(|s| spelled(Duration::from_secs(s)));
    Err(format!(
        "'{text}' is out of bounds; it takes {least} to {most}"
    ))
}

/// A span in the largest unit that divides it, as it is written in the file: `90s`, `2m`, `1d`.
pub(crate) fn spelled(span: Duration) -> String {
    let seconds = span.as_secs();
    let units = [(86_400, 'd'), (3600, 'h'), (60, 'm')];
    match units
        .into_iter()
        .find(|(unit, _)| seconds >= *unit && seconds.is_multiple_of(*unit))
    {
        Some((unit, letter)) => format!("{}{letter}", seconds / unit),
        None => format!("{seconds}s"),
    }
}

/// A name that is not empty, such as that of a profile.
pub(crate) fn name(text: &str) -> Result<String, String> {
    if text.trim().is_empty() {
        return Err("the value is empty; give a name, or leave it out".to_owned());
    }
    Ok(text.to_owned())
}

/// A path as a shell or a variable hands it over.
pub(crate) fn path(text: &str) -> Result<PathBuf, String> {
    if text.is_empty() {
        return Err("the path is empty; name a file or a folder, or leave it out".to_owned());
    }
    if text.contains(char::REPLACEMENT_CHARACTER) {
        return Err(format!(
            "'{}' is not UTF-8; name another path, or give it as an option of the command line",
            harmless(text)
        ));
    }
    Ok(PathBuf::from(text))
}

/// A path as the command line hands it over, which need not be text.
pub(crate) fn named_path(given: &Path) -> Result<PathBuf, String> {
    given.to_str().map_or_else(|| Ok(given.to_path_buf()), path)
}

/// A path as it stands in the configuration file: no shell has replaced the `~`, and what is
/// relative is relative to the file, since the program may be started anywhere.
pub(crate) fn path_in_file(
    text: &str,
    folder: &Path,
    home: Option<&Path>,
) -> Result<PathBuf, String> {
    let Some(after) = text.strip_prefix('~') else {
        return path(text).map(|path| folder.join(path));
    };
    let rest = after.trim_start_matches('/');
    match home {
        _ if !after.is_empty() && !after.starts_with('/') => Err(format!(
            "'{}' names another user's home; write the path out",
            harmless(text)
        )),
        None => Err(format!(
            "'{}' needs HOME, which is not set; write the path out",
            harmless(text)
        )),
        Some(home) if rest.is_empty() => Ok(home.to_path_buf()),
        Some(home) => Ok(home.join(rest)),
    }
}

/// The name of a log level.
pub(crate) fn level(name: &str) -> Result<Level, String> {
    suggest::choose(name, &Level::ALL, Level::as_str, "a log level")
}

/// How many colours.
pub(crate) fn colors(word: &str) -> Result<Colors, String> {
    suggest::choose(word, &Colors::ALL, Colors::as_str, "a number of colours")
}

/// The keys to start from.
pub(crate) fn preset(name: &str) -> Result<Preset, String> {
    suggest::choose(name, &Preset::ALL, Preset::as_str, "a set of keys")
}

/// How texts are copied.
pub(crate) fn clipboard(word: &str) -> Result<Clipboard, String> {
    suggest::choose(word, &Clipboard::ALL, Clipboard::as_str, "a way to copy")
}

/// When frames are synchronized.
pub(crate) fn synchronized(word: &str) -> Result<Synchronized, String> {
    let what = "a way to synchronize frames";
    suggest::choose(word, &Synchronized::ALL, Synchronized::as_str, what)
}

/// How the end of an operation is announced.
pub(crate) fn notify(word: &str) -> Result<Notify, String> {
    suggest::choose(word, &Notify::ALL, Notify::as_str, "a way to notify")
}

/// Yes or no, in a variable.
pub(crate) fn switch(text: &str) -> Result<bool, String> {
    match text.to_ascii_lowercase().as_str() {
        "1" | "true" | "yes" | "on" => Ok(true),
        "0" | "false" | "no" | "off" => Ok(false),
        _ => Err(format!(
            "'{}' is neither yes nor no; write 1 or 0",
            harmless(text)
        )),
    }
}

/// A list of Regions, or `all` and nothing else.
pub(crate) fn regions<T: AsRef<str>>(names: &[T]) -> Result<Regions, String> {
    let mut listed = Vec::with_capacity(names.len());
    for name in names {
        match name.as_ref() {
            "all" if names.iter().all(|name| name.as_ref() == "all") => return Ok(Regions::All),
            "all" => {
                return Err(
                    "'all' stands for every Region; give either 'all' or names of Regions, \
                            not both"
                        .to_owned(),
                );
            }
            name => {
                let region = Region::parse(name)?;
                if !listed.contains(&region) {
                    listed.push(region);
                }
            }
        }
    }
    if listed.is_empty() {
        return Err("the list is empty; name at least one Region, or leave the key out".to_owned());
    }
    Ok(Regions::Listed(listed))
}

/// A single Region, as in the variables of the AWS tools.
pub(crate) fn region(name: &str) -> Result<Regions, String> {
    Region::parse(name).map(|region| Regions::Listed(vec![region]))
}

/// An http or https URL with a host, which is used in place of AWS's endpoints.
pub(crate) fn endpoint(text: &str) -> Result<String, String> {
    if text.contains('@') {
        // Not repeated in the message: what stands before the @ may be a password.
        return Err(
            "the URL holds a user name or password; an endpoint takes only a host and a \
                    port, such as http://127.0.0.1:4566"
                .to_owned(),
        );
    }
    let wrong = |why: &str| {
        format!(
            "'{}' is not an http or https URL with a host, such as http://127.0.0.1:4566: {why}",
            harmless(text)
        )
    };
    let (scheme, rest) = text
        .split_once("://")
        .ok_or_else(|| wrong("it has no http://"))?;
    if !["http", "https"]
        .iter()
        .any(|known| scheme.eq_ignore_ascii_case(known))
    {
        return Err(wrong(
            "it begins with something else than http:// or https://",
        ));
    }
    if let Some(odd) = rest
        .chars()
        .find(|c| !c.is_ascii_graphic() || "\"<>\\^`{|}".contains(*c))
    {
        return Err(wrong(&format!(
            "'{}' cannot stand in it",
            harmless(&odd.to_string())
        )));
    }
    if rest.contains(['?', '#']) {
        return Err(wrong("an endpoint has no ? and no #"));
    }
    let authority = rest.split('/').next().unwrap_or_default();
    let (host, port) =
        host_and_port(authority).ok_or_else(|| wrong("an address in [ ] is open"))?;
    if host.is_empty() {
        return Err(wrong("it has no host"));
    }
    if !is_host(host) {
        return Err(wrong(&format!("'{host}' is not a host")));
    }
    match port.map(str::parse::<u16>) {
        None | Some(Ok(1..)) => Ok(text.to_owned()),
        Some(_) => Err(wrong("the port is not a number from 1 to 65535")),
    }
}

fn host_and_port(authority: &str) -> Option<(&str, Option<&str>)> {
    if authority.starts_with('[') {
        let (host, after) = authority.split_at(authority.find(']')? + 1);
        return match after.strip_prefix(':') {
            Some(port) => Some((host, Some(port))),
            None => after.is_empty().then_some((host, None)),
        };
    }
    Some(
        authority
            .split_once(':')
            .map_or((authority, None), |(host, port)| (host, Some(port))),
    )
}

fn is_host(host: &str) -> bool {
    if let Some(address) = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
    {
        return address.parse::<Ipv6Addr>().is_ok();
    }
    if host.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return host.parse::<Ipv4Addr>().is_ok();
    }
    let name = host.strip_suffix('.').unwrap_or(host);
    host.len() <= 253
        && name.split('.').all(|label| {
            (1..=63).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        })
}

/// A tag that is filled in by itself.
pub(crate) fn tag_preset(key: &str, text: &str) -> Result<TagPreset, String> {
    if key.is_empty() || key.chars().count() > 128 || key.contains('=') {
        return Err("the key of a tag has 1 to 128 characters and no '='".to_owned());
    }
    if key.to_ascii_lowercase().starts_with("aws:") {
        return Err("keys that start with aws: are AWS's own".to_owned());
    }
    Ok(TagPreset {
        key: key.to_owned(),
        value: Template::parse(text)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_are_urls_with_a_host() {
        for good in [
            "http://127.0.0.1:4566",
            "http://localhost",
            "HTTPS://vpce-1.ec2.eu-west-1.vpce.amazonaws.com/",
            "http://[::1]:8080/base/path",
            "http://local_stack:4566",
        ] {
            assert_eq!(endpoint(good).as_deref(), Ok(good));
        }
        for bad in [
            "",
            "localhost:4566",
            "ftp://host",
            "http://",
            "http:///path",
            "http://:80",
            "http://h:0",
            "http://h:65536",
            "http://h:",
            "http://h:80:80",
            "http://a b",
            "http://[::1",
            "http://[::g]",
            "http://999.1.1.1",
            "http://-a",
            "http://a..b",
            "http://h?x",
            "http://h#x",
            "http://h\\x",
            "http://hé",
            "http://h\u{1b}[2J",
            "http:/h",
        ] {
            let error = endpoint(bad).unwrap_err();
            assert!(
                error.starts_with(&format!("'{}'", harmless(bad))),
                "{error}"
            );
            assert!(error.contains("http://127.0.0.1:4566"), "{error}");
        }
    }

    #[test]
    fn a_password_in_an_endpoint_is_refused_and_not_repeated() {
        let error = endpoint("http://user:hunter2@host").unwrap_err();
        assert!(
            !error.contains("hunter2") && error.contains("password"),
            "{error}"
        );
    }

    #[test]
    fn regions_are_names_or_all_and_never_both() {
        let listed = regions(&["eu-west-1", "us-east-1", "eu-west-1"]).unwrap();
        let Regions::Listed(listed) = listed else {
            panic!("{listed:?}")
        };
        assert_eq!(
            listed.iter().map(Region::as_str).collect::<Vec<_>>(),
            ["eu-west-1", "us-east-1"]
        );
        assert_eq!(regions(&["all"]), Ok(Regions::All));
        for mixed in [["all", "us-east-1"], ["us-east-1", "all"]] {
            assert!(regions(&mixed).unwrap_err().contains("'all'"));
        }
        assert!(regions(&["frankfurt"]).unwrap_err().contains("'frankfurt'"));
        assert!(regions::<&str>(&[]).unwrap_err().contains("empty"));
        assert!(region("all").is_err());
    }

    #[test]
    fn spans_keep_to_their_bounds_and_are_spelled_as_they_are_read() {
        let bounds = Bounds {
            least: 1,
            most: 3600,
        };
        assert_eq!(span("90", bounds), Ok(Duration::from_secs(90)));
        for (bad, words) in [
            ("0s", "1s to 1h"),
            ("2h", "1s to 1h"),
            ("soon", "90s, 20m"),
            ("", "90s"),
        ] {
            let error = span(bad, bounds).unwrap_err();
            assert!(
                error.contains(&format!("'{bad}'")) && error.contains(words),
                "{error}"
            );
        }
        let wide = Bounds {
            least: 0,
            most: u64::MAX,
        };
        for text in ["0s", "1s", "90s", "2m", "3h", "1d", "90m", "100d"] {
            assert_eq!(spelled(span(text, wide).unwrap()), text);
        }
    }

    #[test]
    fn paths_in_the_file_start_at_home_at_the_file_or_at_the_root() {
        let (folder, home) = (Path::new("/etc/snapdeck"), Some(Path::new("/home/ana")));
        for (text, expected) in [
            ("/var/lib/x", "/var/lib/x"),
            ("certs/ca.pem", "/etc/snapdeck/certs/ca.pem"),
            ("~", "/home/ana"),
            ("~/state", "/home/ana/state"),
        ] {
            assert_eq!(
                path_in_file(text, folder, home),
                Ok(PathBuf::from(expected)),
                "{text}"
            );
        }
        assert!(
            path_in_file("~bob/x", folder, home)
                .unwrap_err()
                .contains("'~bob/x'")
        );
        assert!(
            path_in_file("~/x", folder, None)
                .unwrap_err()
                .contains("HOME")
        );
        assert!(
            path_in_file("", folder, home)
                .unwrap_err()
                .contains("empty")
        );
    }

    #[test]
    fn switches_are_yes_or_no() {
        assert!(
            ["1", "true", "YES", "on"]
                .iter()
                .all(|text| switch(text) == Ok(true))
        );
        assert!(
            ["0", "False", "no", "off"]
                .iter()
                .all(|text| switch(text) == Ok(false))
        );
        assert!(switch("maybe").unwrap_err().contains("'maybe'"));
    }
}
