//! The resolved settings written as a configuration file, with where each one came from.

use std::fmt::Write;

use jiff::SignedDuration;
use toml::Value;

use crate::domain::{place::Region, text::harmless};

use super::{
    keys::{Action, Keymap},
    origin::{Origin, shown},
    settings::{Color, Regions, SandboxSource, Settings, StateDir},
    theme::Theme,
    value::spelled,
};

/// The settings in force as a configuration file that says the same, with the source of each value
/// beside it. What a configuration file cannot say stands in comments.
#[must_use]
pub fn effective_toml(settings: &Settings) -> String {
    let mut page = Page {
        text: String::new(),
        settings,
    };
    page.preamble();
    page.top();
    page.sections();
    page.profiles();
    page.search_domains();
    page.keys();
    page.text
}

struct Page<'s> {
    text: String,
    settings: &'s Settings,
}

impl Page<'_> {
    fn preamble(&mut self) {
        let file = match &self.settings.config_file {
            Some(path) => format!("configuration file: {}", shown(path)),
            None => "configuration file: none was found".to_owned(),
        };
        self.note(&file);
        match &self.settings.sandbox {
            None => {}
            Some(SandboxSource::BuiltIn) => self.note("sandbox: the built-in scenario"),
            Some(SandboxSource::File(file)) => {
                self.note(&format!("sandbox: the scenario in {}", shown(file)));
            }
        }
        if self.settings.color == Color::Never {
            self.note("color: never");
        }
        if let Some(reason) = &self.settings.read_only {
            self.note(&format!("every change is refused: {}", harmless(reason)));
        }
    }

    fn top(&mut self) {
        let settings = self.settings;
        self.line();
        self.text_or(
            "profile",
            settings.profile.as_deref(),
            self.unless_sandbox("not set, AWS's default chain decides"),
        );
        match &settings.regions {
            Regions::Default => {
                self.unset(
                    "regions",
                    self.unless_sandbox("not set, the AWS files or the instance decide"),
                );
            }
            Regions::All => self.value("regions", &list(["all"])),
            Regions::Listed(listed) => {
                self.value("regions", &list(listed.iter().map(Region::as_str)));
            }
        }
        self.text_or(
            "endpoint_url",
            settings.endpoint_url.as_deref(),
            self.unless_sandbox("not set, AWS's own"),
        );
        for (service, url) in &settings.endpoint_urls {
            self.note(&format!("AWS_ENDPOINT_URL_{service}: {}", harmless(url)));
        }
        let guard = &settings.guard;
        self.value(
            "read_only",
            &Value::Boolean(guard.always.is_some() || guard.all),
        );
        match &settings.state_dir {
            StateDir::Given(path) | StateDir::Default(path) => {
                self.value("state_dir", &text(&path.display().to_string()));
            }
            StateDir::Temporary => self.unset("state_dir", "a temporary folder, for the sandbox"),
        }
        match settings.ascii {
            Some(ascii) => self.value("ascii", &Value::Boolean(ascii)),
            None => self.unset("ascii", "not set, the locale decides"),
        }
    }

    fn sections(&mut self) {
        let settings = self.settings;
        self.section("network");
        let network = &settings.network;
        self.value(
            "network.connect_timeout",
            &text(&spelled(network.connect_timeout)),
        );
        self.value(
            "network.request_timeout",
            &text(&spelled(network.request_timeout)),
        );
        let bundle = network
            .ca_bundle
            .as_ref()
            .map(|path| path.display().to_string());
        self.text_or(
            "network.ca_bundle",
            bundle.as_deref(),
            "not set, the system's certificates",
        );
        self.section("watch");
        self.value("watch.shortest", &text(&spelled(settings.watch.shortest)));
        self.value("watch.longest", &text(&spelled(settings.watch.longest)));
        self.value(
            "watch.reconcile_for",
            &text(&spelled(settings.watch.reconcile_for)),
        );
        self.section("log");
        if let Some(file) = &settings.log.file {
            self.note(&format!("written to {}", shown(file)));
        }
        self.value("log.level", &text(settings.log.level.as_str()));
        self.section("support");
        self.text_or(
            "support.contact",
            settings.support.contact.as_deref(),
            "not set",
        );
        self.section("tags");
        for preset in &settings.tags {
            let _infallible = writeln!(
                self.text,
                "{} = {}",
                text(&preset.key),
                text(&preset.value.to_string())
            );
        }
        if settings.tags.is_empty() {
            self.note("none");
        }
        self.section("theme");
        match &settings.theme {
            Theme::Custom(theme) => {
                // Found by its name or pointed at: the file is what was read.
                let key = match self.settings.origins.of("theme.file") {
                    Origin::Default => "theme.name",
                    _ => "theme.file",
                };
                let path = text(&theme.path.display().to_string());
                let origin = self.settings.origins.of(key);
                let _infallible = writeln!(self.text, "file = {path} # {origin}");
            }
            theme => {
                let name = Theme::BUILT_IN.iter().find(|(_, known)| known == theme);
                self.value("theme.name", &text(name.map_or("", |(name, _)| name)));
            }
        }
        self.value("theme.colors", &text(settings.colors.as_str()));
        self.section("terminal");
        let terminal = settings.terminal;
        self.value("terminal.clipboard", &text(terminal.clipboard.as_str()));
        let synchronized = terminal.synchronized.as_str();
        self.value("terminal.synchronized", &text(synchronized));
        self.value("terminal.mouse", &Value::Boolean(terminal.mouse));
        self.value("terminal.notify", &text(terminal.notify.as_str()));
        self.section("attention");
        let signed = |span: SignedDuration| spelled(span.unsigned_abs());
        self.value(
            "attention.recovery_point_age",
            &text(&signed(settings.attention.recovery_point_age)),
        );
        self.value("attention.old", &text(&signed(settings.attention.old)));
        self.section("console");
        let console = &settings.console;
        self.value("console.start", &text(console.start.as_str()));
        let refresh = console.refresh.map_or("off".to_owned(), spelled);
        self.value("console.refresh", &text(&refresh));
        self.value("console.resume", &Value::Boolean(console.resume));
        self.section("columns");
        for choice in &settings.columns {
            let key = text(&choice.kind);
            let value = list(choice.keys.iter().map(String::as_str));
            let _infallible = writeln!(self.text, "{key} = {value} # {}", choice.origin);
        }
    }

    fn profiles(&mut self) {
        let guard = &self.settings.guard;
        for (name, said) in &guard.profiles {
            // Quoted always: a name may hold a dot, and a quoted key is right for every name.
            self.section(&format!("profiles.{}", text(name)));
            if let Some(read_only) = said.read_only {
                let read_only = read_only || guard.always.is_some();
                let _infallible = writeln!(self.text, "read_only = {read_only}");
            }
            let rules = &said.rules;
            if !rules.deny.is_empty() {
                let deny = list(rules.deny.iter().map(ToString::to_string));
                let _infallible = writeln!(self.text, "deny = {deny}");
            }
            if let Some(most) = rules.largest_bulk {
                let _infallible = writeln!(self.text, "largest_bulk = {most}");
            }
            for (key, asked) in [
                ("confirm_account", rules.confirm_account),
                ("require_reason", rules.require_reason),
            ] {
                if asked {
                    let _infallible = writeln!(self.text, "{key} = true");
                }
            }
        }
    }

    fn search_domains(&mut self) {
        for (name, domain) in &self.settings.opensearch {
            self.section(&format!("opensearch.{}", text(name)));
            let _infallible = writeln!(self.text, "endpoint = {}", text(&domain.endpoint));
            if let Some(region) = &domain.region {
                let _infallible = writeln!(self.text, "region = {}", text(region.as_str()));
            }
            let _infallible = writeln!(self.text, "unsigned = {}", domain.unsigned);
        }
    }

    fn keys(&mut self) {
        self.section("keys");
        let preset = self.settings.keymap.preset();
        let _infallible = writeln!(self.text, "preset = {}", text(preset.as_str()));
        let usual = Keymap::of(preset);
        for action in Action::ALL {
            let keys = self.settings.keymap.keys(action);
            let note = if keys == usual.keys(action) {
                "default"
            } else {
                "rebound"
            };
            let value = list(keys.iter().map(ToString::to_string));
            let _infallible = writeln!(self.text, "{} = {value} # {note}", action.name());
        }
    }

    fn section(&mut self, name: &str) {
        let _infallible = writeln!(self.text, "\n[{name}]");
    }

    fn value(&mut self, key: &str, value: &Value) {
        let origin = self.settings.origins.of(key);
        let _infallible = writeln!(self.text, "{} = {value} # {origin}", last(key));
    }

    fn text_or(&mut self, key: &str, value: Option<&str>, otherwise: &str) {
        match value {
            Some(value) => self.value(key, &text(value)),
            None => self.unset(key, otherwise),
        }
    }

    fn unset(&mut self, key: &str, why: &str) {
        self.note(&format!("{}: {why}", last(key)));
    }

    /// Who decides what is not set: in the sandbox never AWS.
    fn unless_sandbox(&self, otherwise: &'static str) -> &'static str {
        match self.settings.sandbox {
            Some(_) => "not set, the sandbox decides",
            None => otherwise,
        }
    }

    fn note(&mut self, text: &str) {
        let _infallible = writeln!(self.text, "# {text}");
    }

    fn line(&mut self) {
        self.text.push('\n');
    }
}

/// The key without its section.
fn last(key: &str) -> &str {
    key.rsplit('.').next().unwrap_or(key)
}

fn text(text: &str) -> Value {
    Value::String(text.to_owned())
}

fn list<T: Into<String>>(items: impl IntoIterator<Item = T>) -> Value {
    Value::Array(
        items
            .into_iter()
            .map(|item| Value::String(item.into()))
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use std::{fs, path::PathBuf};

    use super::*;
    use crate::config::{paths::Platform, resolve::resolve, settings::Flags};

    fn settled(flags: &Flags, env: &[(&str, &str)]) -> Settings {
        let env = |name: &str| {
            env.iter()
                .find(|(known, _)| *known == name)
                .map(|(_, value)| (*value).to_owned())
        };
        let platform = Platform {
            config: "/nowhere".into(),
            state: "/state".into(),
        };
        resolve(flags, &env, Some(&platform)).unwrap()
    }

    /// What is shown, read as a configuration file again.
    fn read_back(shown: &str) -> Settings {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("shown.toml");
        fs::write(&file, shown).unwrap();
        settled(
            &Flags {
                config: Some(file),
                ..Flags::default()
            },
            &[],
        )
    }

    #[test]
    fn what_is_shown_says_the_same_when_it_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config.toml");
        let text = "profile = 'de\"v'\nregions = ['all']\n[watch]\nlongest = '90s'\n\
                    [profiles.'a.b \"c']\nread_only = true\n[profiles.dev]\nread_only = false\n\
                    [profiles.strict]\ndeny = ['ebs.*']\nconfirm_account = true\n\
                    largest_bulk = 3\nrequire_reason = true\n\
                    [keys]\npreset = 'multiplexer'\ncreate = ['\"', 'ctrl-minus', 'f9']\ndelete = []\n\
                    [support]\ncontact = 'line\\nother \\u001b'\n\
                    [tags]\n'a \"b.c' = '{date} {{x}} \\u001b'\nName = '{volume_name}'\n[theme]\nname = 'mono'\n";
        fs::write(&file, text).unwrap();
        let flags = Flags {
            config: Some(file),
            ascii: true,
            ..Flags::default()
        };
        let env = [
            ("AWS_REGION", "eu-west-3"),
            ("AWS_CA_BUNDLE", "/tmp/it's \\ \"ca\".pem"),
        ];
        let settings = settled(&flags, &env);
        let shown = effective_toml(&settings);
        assert!(!shown.contains('\u{1b}'), "{shown}");

        let mut again = read_back(&shown);
        // The same folder, which nobody had named and the page now names; and the sources.
        again.state_dir = settings.state_dir.clone();
        again.config_file.clone_from(&settings.config_file);
        again.guard.file.clone_from(&settings.guard.file);
        for (name, said) in &mut again.guard.profiles {
            said.deny_line = settings.guard.profiles[name].deny_line;
        }
        again.origins = settings.origins.clone();
        assert_eq!(again, settings, "{shown}");
    }

    #[test]
    fn every_value_has_its_source_beside_it() {
        let flags = Flags {
            read_only: true,
            state_dir: Some(PathBuf::from("/tmp/s")),
            no_color: true,
            ..Flags::default()
        };
        let shown = effective_toml(&settled(&flags, &[("AWS_REGION", "eu-west-3")]));
        for line in [
            "# configuration file: none was found",
            "# color: never",
            "# every change is refused: --read-only",
            "# profile: not set, AWS's default chain decides",
            "regions = [\"eu-west-3\"] # AWS_REGION",
            "read_only = true # --read-only",
            "state_dir = \"/tmp/s\" # --state-dir",
            "connect_timeout = \"5s\" # default",
            "# written to /tmp/s/snapdeck.log",
            "create = [\"c\"] # default",
        ] {
            assert!(
                shown.lines().any(|shown| shown == line),
                "no line {line} in\n{shown}"
            );
        }
        assert!(read_back(&shown).read_only.is_some());
    }

    #[test]
    fn a_sandbox_is_shown_and_has_no_folder_of_its_own() {
        let flags = Flags {
            sandbox: Some(None),
            ..Flags::default()
        };
        let shown = effective_toml(&settled(&flags, &[]));
        assert!(
            shown.contains("# profile: not set, the sandbox decides\n"),
            "{shown}"
        );
        assert!(
            shown.contains("# sandbox: the built-in scenario\n"),
            "{shown}"
        );
        assert!(
            shown.contains("# state_dir: a temporary folder, for the sandbox\n"),
            "{shown}"
        );
    }
}
