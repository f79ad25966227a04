//! What the placeholders of tag presets stand for, where a snapshot is taken.

use std::collections::BTreeMap;

use super::{
    Ebs, convert,
    forms::{CREATE, TAGS, tag},
};
use crate::{
    domain::{
        failure::Failure,
        form::{Request, Value},
        preset::TagPreset,
    },
    services::identity,
};

impl Ebs {
    /// The tags that a request gets by itself.
    pub(super) async fn tag_presets(
        &self,
        request: &Request,
        presets: &[TagPreset],
    ) -> Result<BTreeMap<String, Value>, Failure> {
        let needs = |name| presets.iter().any(|preset| preset.value.needs(name));
        let now = self.clock.now();
        let mut values = BTreeMap::from([
            ("account", self.place.account.to_string()),
            ("region", self.place.region.to_string()),
            ("profile", self.place.profile.clone().unwrap_or_default()),
            ("date", now.strftime("%Y-%m-%d").to_string()),
            ("time", now.strftime("%H:%M").to_string()),
        ]);
        if needs("account_name") {
            values.insert("account_name", self.account_name().await);
        }
        if request.action != CREATE {
            values.insert("instance", request.target.clone());
        } else if needs("volume_name") || needs("instance") || needs("volume") {
            let volume = self.volume(&request.target).await?;
            let name = convert::name(volume.tags());
            values.insert(
                "volume_name",
                name.unwrap_or_else(|| request.target.clone()),
            );
            let attached = volume.attachments().first();
            let instance = attached.and_then(|held| held.instance_id());
            values.insert("instance", instance.unwrap_or_default().to_owned());
            values.insert("volume", request.target.clone());
        }
        let tags: Vec<String> = presets
            .iter()
            .filter_map(|preset| Some(format!("{}={}", preset.key, preset.value.fill(&values)?)))
            // What AWS would refuse, because a name is too long, is not offered.
            .filter(|text| tag(text).is_ok())
            .collect();
        Ok(if tags.is_empty() {
            BTreeMap::new()
        } else {
            BTreeMap::from([(TAGS.to_owned(), Value::Many(tags))])
        })
    }

    /// The account's alias, or its id where it has none or nobody may ask.
    async fn account_name(&self) -> String {
        let alias = identity::alias(&self.connection.reading).await;
        alias.unwrap_or_else(|| self.place.account.to_string())
    }
}
