//! A theme read from its file, and the file found by the theme's name.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use crate::{
    config::{
        error::ConfigError,
        origin::{Origin, shown},
        paths, schema,
        table::{Document, Section},
    },
    domain::suggest,
};

use super::{Base, CustomTheme, Role, RoleStyle, Theme};

/// The folder of themes, beside the configuration file.
const FOLDER: &str = "themes";

/// A theme that comes with the program.
pub(crate) fn builtin(name: &str) -> Option<Theme> {
    Theme::BUILT_IN
        .into_iter()
        .find(|(known, _)| *known == name)
        .map(|(_, theme)| theme)
}

/// The file of a theme of this name in the folder of themes.
///
/// # Errors
/// Where there is none, with the names that there are.
pub(crate) fn path_of(name: &str, folder: &Path) -> Result<PathBuf, String> {
    let themes = folder.join(FOLDER);
    let plain = !name.is_empty()
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | ' '));
    let path = themes.join(format!("{name}.toml"));
    if plain && path.is_file() {
        return Ok(path);
    }
    let mut known: Vec<String> = Theme::BUILT_IN.map(|(name, _)| name.to_owned()).to_vec();
    known.extend(names_in(&themes));
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    Err(format!(
        "'{}' is not a theme; {}. Others are files such as {}",
        crate::domain::text::harmless(name),
        suggest::advice(name, &known),
        shown(&themes.join("NAME.toml")),
    ))
}

fn names_in(folder: &Path) -> Vec<String> {
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = files
        .map(|file| file.path())
        .filter(|path| path.extension().is_some_and(|end| end == "toml"))
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
        .collect();
    names.sort();
    names
}

/// Reads a theme; `origin` is who named it.
pub(crate) fn load(path: &Path, origin: &Origin) -> Result<CustomTheme, ConfigError> {
    let bytes = fs::read(path).map_err(|source| ConfigError::UnreadableTheme {
        path: path.to_path_buf(),
        origin: origin.clone(),
        source,
    })?;
    read(path, &paths::text(path, bytes)?)
}

fn read(path: &Path, text: &str) -> Result<CustomTheme, ConfigError> {
    let document = Document { path, text };
    let table = document.parse()?;
    let top = Section::open(document, "", schema::THEME_FILE, table.get_ref())?;
    let base = top.text("base", "dark", |word| {
        suggest::choose(word, &Base::ALL, Base::as_str, "a theme to start from")
    })?;
    let mut roles = BTreeMap::new();
    for role in Role::ALL {
        if let Some(style) = top.word(role.as_str(), "bold #87d787", RoleStyle::parse)? {
            roles.insert(role, style.value);
        }
    }
    Ok(CustomTheme {
        path: path.to_path_buf(),
        base: base.map_or(Base::Dark, |item| item.value),
        roles,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::theme::Shade;

    #[test]
    fn a_theme_names_its_base_and_some_roles() {
        let theme = read(
            Path::new("t.toml"),
            "base = 'light'\ngood = '#005f00'\nbusy = 25\n",
        )
        .unwrap();
        assert_eq!(theme.base, Base::Light);
        assert_eq!(
            theme
                .roles
                .values()
                .map(|style| style.foreground)
                .collect::<Vec<_>>(),
            [Some(Shade::Rgb(0, 0x5f, 0)), Some(Shade::Indexed(25))]
        );
        assert_eq!(read(Path::new("t.toml"), "").unwrap().base, Base::Dark);
    }

    #[test]
    fn mistakes_name_the_file_the_line_the_key_and_what_would_be_right() {
        for (text, line, words) in [
            (
                "\nbase = 'sepia'",
                2,
                &["base: 'sepia'", "dark, light, mono"][..],
            ),
            (
                "goood = 'red'",
                1,
                &["unknown key 'goood'", "did you mean 'good'?"],
            ),
            (
                "[good]\nfg = 'red'",
                1,
                &["good: ", "is a section", "\"bold #87d787\""],
            ),
            (
                "good = 'gren'",
                1,
                &["good: 'gren'", "did you mean 'green'?"],
            ),
            ("good = 256", 1, &["good: '256'", "0 to 255"]),
            (
                "good = true",
                1,
                &["good: true is a yes-or-no value", "\"bold #87d787\""],
            ),
            ("good = 'red'\nbad = '", 2, &["not valid TOML"]),
        ] {
            let error = read(Path::new("/themes/t.toml"), text)
                .unwrap_err()
                .to_string();
            assert!(
                error.starts_with(&format!("/themes/t.toml, line {line}: ")),
                "{error}"
            );
            assert!(
                words.iter().all(|word| error.contains(word)),
                "{error} lacks one of {words:?}"
            );
        }
    }

    #[test]
    fn a_name_is_looked_up_beside_the_configuration_file() {
        let folder = tempfile::tempdir().unwrap();
        let themes = folder.path().join("themes");
        fs::create_dir(&themes).unwrap();
        fs::write(themes.join("night.toml"), "").unwrap();
        assert_eq!(
            path_of("night", folder.path()),
            Ok(themes.join("night.toml"))
        );
        let error = path_of("nigth", folder.path()).unwrap_err();
        assert!(error.contains("did you mean 'night'?"), "{error}");
        assert!(path_of("../themes/night", folder.path()).is_err());
    }
}
