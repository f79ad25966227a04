//! The configuration file as it was written: every key optional, every value checked on its own.
//!
//! What a value means together with the environment and the flags is decided in `resolve`.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::Duration,
};

use crate::domain::{
    guardrails::{ActionPattern, Rules},
    name,
    place::Region,
    preset::TagPreset,
    text::harmless,
};

use super::{
    console::{self, Start},
    error::ConfigError,
    keys::{Keymap, KeymapError, Preset},
    schema,
    settings::{
        Clipboard, ColumnChoice, Level, Notify, ProfileRules, Regions, SearchEndpoint, Synchronized,
    },
    table::{Document, Item, Section},
    theme::{self, Colors, Theme},
    value::{self, Bounds},
};

/// What the file says. A file that is not there says nothing.
#[derive(Debug, Default)]
pub(crate) struct FileSettings {
    pub(crate) path: PathBuf,
    pub(crate) profile: Option<Item<String>>,
    pub(crate) regions: Option<Item<Regions>>,
    pub(crate) endpoint_url: Option<Item<String>>,
    pub(crate) read_only: Option<Item<bool>>,
    pub(crate) state_dir: Option<Item<PathBuf>>,
    pub(crate) ascii: Option<Item<bool>>,
    pub(crate) connect_timeout: Option<Item<Duration>>,
    pub(crate) request_timeout: Option<Item<Duration>>,
    pub(crate) ca_bundle: Option<Item<PathBuf>>,
    pub(crate) shortest: Option<Item<Duration>>,
    pub(crate) longest: Option<Item<Duration>>,
    pub(crate) reconcile_for: Option<Item<Duration>>,
    pub(crate) log_level: Option<Item<Level>>,
    pub(crate) contact: Option<Item<String>>,
    pub(crate) tags: Vec<TagPreset>,
    pub(crate) theme: Option<Item<Theme>>,
    pub(crate) theme_file: Option<Item<Theme>>,
    pub(crate) colors: Option<Item<Colors>>,
    pub(crate) clipboard: Option<Item<Clipboard>>,
    pub(crate) synchronized: Option<Item<Synchronized>>,
    pub(crate) mouse: Option<Item<bool>>,
    pub(crate) notify: Option<Item<Notify>>,
    pub(crate) recovery_point_age: Option<Item<Duration>>,
    pub(crate) old: Option<Item<Duration>>,
    pub(crate) start: Option<Item<Start>>,
    pub(crate) refresh: Option<Item<Option<Duration>>>,
    pub(crate) resume: Option<Item<bool>>,
    /// Search domains by name.
    pub(crate) opensearch: BTreeMap<String, SearchEndpoint>,
    /// What is said of single profiles.
    pub(crate) profiles: BTreeMap<String, ProfileRules>,
    pub(crate) columns: Vec<ColumnChoice>,
    pub(crate) keymap: Keymap,
}

const CONNECT: Bounds = Bounds {
    least: 1,
    most: 120,
};
const REQUEST: Bounds = Bounds {
    least: 1,
    most: 600,
};
const SHORTEST: Bounds = Bounds {
    least: 1,
    most: 300,
};
const LONGEST: Bounds = Bounds {
    least: 1,
    most: 3600,
};
const RECONCILE: Bounds = Bounds {
    least: 10,
    most: 86_400,
};

const RECOVERY_POINT_AGE: Bounds = Bounds {
    least: 3600,
    most: 366 * 86_400,
};
const OLD: Bounds = Bounds {
    least: 86_400,
    most: 3660 * 86_400,
};

/// Reads the text of the file at `path`; `home` stands for a leading `~` in it.
pub(crate) fn read(
    path: &Path,
    text: &str,
    home: Option<&Path>,
) -> Result<FileSettings, ConfigError> {
    let document = Document { path, text };
    let table = document.parse()?;
    let top = Section::open(document, "", "", table.get_ref())?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let in_file = |text: &str| value::path_in_file(text, folder, home);

    let mut file = FileSettings {
        path: path.to_path_buf(),
        profile: top.text("profile", "production", value::name)?,
        regions: top.texts("regions", r#"["eu-west-1", "us-east-1"]"#, |names| {
            value::regions(names)
        })?,
        endpoint_url: top.text("endpoint_url", "http://127.0.0.1:4566", value::endpoint)?,
        read_only: top.flag("read_only")?,
        state_dir: top.text("state_dir", "~/snapdeck-state", in_file)?,
        ascii: top.flag("ascii")?,
        ..FileSettings::default()
    };
    if let Some(network) = top.section("network")? {
        file.connect_timeout = span(&network, "connect_timeout", "5s", CONNECT)?;
        file.request_timeout = span(&network, "request_timeout", "30s", REQUEST)?;
        file.ca_bundle = network.text("ca_bundle", "/etc/ssl/corporate.pem", in_file)?;
    }
    if let Some(watch) = top.section("watch")? {
        file.shortest = span(&watch, "shortest", "2s", SHORTEST)?;
        file.longest = span(&watch, "longest", "30s", LONGEST)?;
        file.reconcile_for = span(&watch, "reconcile_for", "2m", RECONCILE)?;
    }
    if let Some(log) = top.section("log")? {
        file.log_level = log.text("level", "info", value::level)?;
    }
    if let Some(support) = top.section("support")? {
        file.contact = support.text("contact", "the cloud team, cloud@example.com", value::name)?;
    }
    file.tags = top.named_texts("tags", "{volume_name}-{date}", value::tag_preset)?;
    read_theme(&mut file, document, &top, home)?;
    if let Some(terminal) = top.section("terminal")? {
        file.clipboard = terminal.text("clipboard", "osc52", value::clipboard)?;
        file.synchronized = terminal.text("synchronized", "auto", value::synchronized)?;
        file.mouse = terminal.flag("mouse")?;
        file.notify = terminal.text("notify", "bell", value::notify)?;
    }
    if let Some(attention) = top.section("attention")? {
        file.recovery_point_age = span(&attention, "recovery_point_age", "2d", RECOVERY_POINT_AGE)?;
        file.old = span(&attention, "old", "180d", OLD)?;
    }
    if let Some(section) = top.section("console")? {
        file.start = section.text("start", "home", console::start)?;
        file.refresh = section.text("refresh", "60s", console::refresh)?;
        file.resume = section.flag("resume")?;
    }
    read_profiles(&mut file, &top)?;
    file.opensearch = search_domains(document, &top)?;
    for (kind, keys) in top.named_lists("columns", r#"["id", "name", "state"]"#)? {
        file.columns.push(ColumnChoice {
            kind,
            keys: keys.value,
            origin: document.origin(keys.line),
        });
    }
    if let Some(keys) = top.section(schema::KEYS)? {
        file.keymap = keymap(document, &keys)?;
    }
    Ok(file)
}

/// The theme: a built-in one, or one of a file.
fn read_theme(
    file: &mut FileSettings,
    document: Document<'_>,
    top: &Section<'_>,
    home: Option<&Path>,
) -> Result<(), ConfigError> {
    let folder = document.path.parent().unwrap_or(Path::new(""));
    let in_file = |text: &str| value::path_in_file(text, folder, home);
    if let Some(theme) = top.section("theme")? {
        let named = theme.text("name", "dark", |name| match theme::builtin(name) {
            Some(theme) => Ok(Ok(theme)),
            None => theme::path_of(name, folder).map(Err),
        })?;
        file.theme = match named {
            Some(Item {
                value: Ok(theme),
                line,
            }) => Some(Item { value: theme, line }),
            Some(Item {
                value: Err(path),
                line,
            }) => Some(custom(document, &path, line)?),
            None => None,
        };
        if let Some(Item { value, line }) = theme.text("file", "~/dusk.toml", in_file)? {
            file.theme_file = Some(custom(document, &value, line)?);
        }
        file.colors = theme.text("colors", "256", value::colors)?;
    }
    Ok(())
}

/// The rules of single profiles.
fn read_profiles(file: &mut FileSettings, top: &Section<'_>) -> Result<(), ConfigError> {
    for (name, profile) in top.named_sections("profiles")? {
        let deny = profile.texts("deny", r#"["ebs.delete_*"]"#, |names| {
            names
                .iter()
                .map(|name| ActionPattern::parse(name))
                .collect()
        })?;
        let confirm_account = profile.flag("confirm_account")?;
        let require_reason = profile.flag("require_reason")?;
        let said = ProfileRules {
            read_only: profile.flag("read_only")?.map(|item| item.value),
            deny_line: deny.as_ref().map_or(0, |item| item.line),
            rules: Rules {
                deny: deny.map(|item| item.value).unwrap_or_default(),
                confirm_account: confirm_account.is_some_and(|item| item.value),
                largest_bulk: profile.count("largest_bulk", "10")?.map(|item| item.value),
                require_reason: require_reason.is_some_and(|item| item.value),
            },
        };
        if said != ProfileRules::default() {
            file.profiles.insert(name, said);
        }
    }
    Ok(())
}

fn custom(document: Document<'_>, path: &Path, line: usize) -> Result<Item<Theme>, ConfigError> {
    let theme = theme::load(path, &document.origin(line))?;
    Ok(Item {
        value: Theme::Custom(theme),
        line,
    })
}

/// The search domains that are named with their endpoints: the one section that belongs to a service.
fn search_domains(
    document: Document<'_>,
    top: &Section<'_>,
) -> Result<BTreeMap<String, SearchEndpoint>, ConfigError> {
    let mut domains = BTreeMap::new();
    for (name, domain) in top.named_sections("opensearch")? {
        let right = "https://search-logs-abc123.eu-west-1.es.amazonaws.com";
        let endpoint = domain.text("endpoint", right, value::endpoint)?;
        let region = domain.text("region", "eu-west-1", Region::parse)?;
        let unsigned = domain.flag("unsigned")?;
        let Some(line) = domain.first_line() else {
            continue;
        };
        let named = name::search_domain(&name).and_then(|()| {
            endpoint.ok_or_else(|| format!("it needs its endpoint, such as \"{right}\""))
        });
        let endpoint = named.map_err(|problem| ConfigError::Value {
            origin: document.origin(line),
            problem: format!("opensearch.{}: {problem}", harmless(&name)),
        })?;
        let endpoint = SearchEndpoint {
            endpoint: endpoint.value,
            region: region.map(|item| item.value),
            unsigned: unsigned.is_some_and(|item| item.value),
        };
        domains.insert(name, endpoint);
    }
    Ok(domains)
}

fn span(
    section: &Section<'_>,
    key: &str,
    right: &str,
    bounds: Bounds,
) -> Result<Option<Item<Duration>>, ConfigError> {
    section.text(key, right, |text| value::span(text, bounds))
}

fn keymap(document: Document<'_>, keys: &Section<'_>) -> Result<Keymap, ConfigError> {
    let preset = keys.text(schema::PRESET, "multiplexer", value::preset)?;
    let preset = preset.map_or(Preset::Default, |item| item.value);
    let mut overrides = keys.lists(r#"["c", "n"], or one key such as "c""#)?;
    overrides.retain(|(name, _)| name != schema::PRESET);
    let pairs = overrides
        .iter()
        .map(|(name, keys)| (name.as_str(), keys.value.as_slice()));
    Keymap::from_overrides(preset, pairs).map_err(|error| {
        let action = match &error {
            KeymapError::UnknownAction { name, .. } => name,
            KeymapError::Unusable { action, .. } => action.name(),
            KeymapError::Shared { rebound, .. } => rebound.name(),
        };
        let line = overrides
            .iter()
            .find(|(name, _)| name == action)
            .map_or(1, |(_, k)| k.line);
        ConfigError::Value {
            origin: document.origin(line),
            problem: format!("keys.{action}: {error}"),
        }
    })
}

#[cfg(test)]
mod tests;
