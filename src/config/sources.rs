//! The sources of one start of the program, asked in their order, and the record of which decided.
//!
//! Knows the order flag, variable, file; not what any setting means.

use super::{
    error::ConfigError,
    file::FileSettings,
    origin::{Origin, Origins},
    settings::Flags,
    table::Item,
};

/// What answers for an environment variable.
pub(crate) type Env<'e> = &'e dyn Fn(&str) -> Option<String>;

/// The flags, the variables and the file. Values are taken out of the file as they are settled.
pub(crate) struct Sources<'a> {
    pub(crate) flags: &'a Flags,
    pub(crate) env: Env<'a>,
    pub(crate) file: FileSettings,
    pub(crate) origins: Origins,
}

impl Sources<'_> {
    /// The value of the strongest source that has one: the flag, the first variable that is set,
    /// the file. Only that value is checked; those of the file have been already.
    pub(crate) fn first<T>(
        &mut self,
        key: &'static str,
        flag: Option<(&'static str, &str)>,
        variables: &[&'static str],
        file: Option<Item<T>>,
        check: fn(&str) -> Result<T, String>,
    ) -> Result<Option<T>, ConfigError> {
        if let Some((name, text)) = flag {
            return self.accept(key, Origin::Flag(name), check(text)).map(Some);
        }
        for name in variables {
            if let Some(text) = self.variable(name) {
                let origin = Origin::Environment(name);
                return self.accept(key, origin, check(&text)).map(Some);
            }
        }
        Ok(file.map(|item| self.written(key, item)))
    }

    /// A value that only the file can give.
    pub(crate) fn of_file<T>(
        &mut self,
        key: &'static str,
        take: fn(&mut FileSettings) -> Option<Item<T>>,
    ) -> Option<T> {
        take(&mut self.file).map(|item| self.written(key, item))
    }

    /// A value that was checked, recorded with its source; or the refusal with its source.
    pub(crate) fn accept<T>(
        &mut self,
        key: &'static str,
        origin: Origin,
        checked: Result<T, String>,
    ) -> Result<T, ConfigError> {
        match checked {
            Ok(value) => {
                self.origins.record(key, origin);
                Ok(value)
            }
            Err(problem) => Err(ConfigError::Value { origin, problem }),
        }
    }

    /// What a variable holds; an empty one counts as not set, as the AWS tools have it.
    pub(crate) fn variable(&self, name: &str) -> Option<String> {
        (self.env)(name).filter(|text| !text.is_empty())
    }

    fn written<T>(&mut self, key: &'static str, item: Item<T>) -> T {
        let path = self.file.path.clone();
        let line = item.line;
        self.origins.record(key, Origin::File { path, line });
        item.value
    }
}
