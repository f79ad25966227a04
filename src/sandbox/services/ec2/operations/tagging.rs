//! `CreateTags`, `DeleteTags`, `DescribeTags`.
//!
//! Invariants: a request tags everything that it names or nothing; what is in the Recycle Bin can
//! be tagged too.

use jiff::Timestamp;

use super::touched::type_of;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::reply::Reply;
use crate::sandbox::services::Context;
use crate::sandbox::services::ec2::filter::Filters;
use crate::sandbox::services::ec2::id::{self, Id, Kind};
use crate::sandbox::services::ec2::paging::{Paging, Sizes};
use crate::sandbox::services::ec2::parameters::Parameters;
use crate::sandbox::services::ec2::refusals::{malformed, missing, not_found};
use crate::sandbox::services::ec2::show;
use crate::sandbox::services::ec2::snapshot::Presence;
use crate::sandbox::services::ec2::store::Ebs;
use crate::sandbox::services::ec2::tags::{self, Tags};
use crate::sandbox::texts::ec2 as texts;

/// A resource that can be tagged.
#[derive(Debug, Clone, Copy)]
enum Resource {
    Volume(id::VolumeId),
    Snapshot(id::SnapshotId),
    Instance(id::InstanceId),
    Image(id::ImageId),
    Task(id::TaskId),
}

impl Resource {
    fn parse(text: &str) -> Result<Self, Refusal> {
        fn of<K: Kind>(text: &str) -> Result<Id<K>, Refusal> {
            Id::parse(text).ok_or_else(|| malformed::<K>(text, "ResourceId"))
        }
        match type_of(text) {
            id::Volume::TYPE => of(text).map(Self::Volume),
            id::EbsSnapshot::TYPE => of(text).map(Self::Snapshot),
            id::Instance::TYPE => of(text).map(Self::Instance),
            id::Image::TYPE => of(text).map(Self::Image),
            id::ReplaceRootVolumeTask::TYPE => of(text).map(Self::Task),
            _ => Err(Refusal::client(
                "InvalidID",
                texts::UNKNOWN_ID.with(&[text]),
            )),
        }
    }

    /// Its tags, if the account has it in this Region.
    fn tags<'a>(
        self,
        ebs: &'a mut Ebs,
        region: &str,
        now: Timestamp,
    ) -> Result<&'a mut Tags, Refusal> {
        let account = std::sync::Arc::clone(&ebs.account);
        match self {
            Self::Volume(id) => ebs
                .volumes
                .get_mut(id)
                .filter(|volume| volume.region.as_ref() == region && volume.exists(now))
                .map(|volume| &mut volume.tags)
                .ok_or_else(|| not_found(id)),
            Self::Snapshot(id) => ebs
                .snapshots
                .get_mut(id)
                .filter(|snapshot| {
                    snapshot.region.as_ref() == region
                        && snapshot.owner == account
                        && snapshot.presence(now) != Presence::Nowhere
                })
                .map(|snapshot| &mut snapshot.tags)
                .ok_or_else(|| not_found(id)),
            Self::Instance(id) => ebs
                .instances
                .get_mut(id)
                .filter(|instance| instance.region.as_ref() == region)
                .map(|instance| &mut instance.tags)
                .ok_or_else(|| not_found(id)),
            Self::Image(id) => ebs
                .images
                .get_mut(id)
                .filter(|image| image.region.as_ref() == region && image.owner == account)
                .map(|image| &mut image.tags)
                .ok_or_else(|| not_found(id)),
            Self::Task(id) => ebs
                .tasks
                .get_mut(id)
                .filter(|task| task.region.as_ref() == region)
                .map(|task| &mut task.tags)
                .ok_or_else(|| not_found(id)),
        }
    }
}

fn resources(parameters: &Parameters<'_>) -> Result<Vec<Resource>, Refusal> {
    let named = parameters.list("ResourceId");
    if named.is_empty() {
        return Err(missing("ResourceIdSet"));
    }
    named.into_iter().map(Resource::parse).collect()
}

pub(super) fn create(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let parameters = Parameters::of(context.call)?;
    let resources = resources(&parameters)?;
    let tags = tags::listed(&parameters, "Tag")?;
    if tags == Tags::default() {
        return Err(missing("TagSet"));
    }
    parameters.dry_run()?;

    let (region, now) = (context.call.region.as_str(), context.now);
    let ebs = &mut context.world.ebs;
    let mut planned = Vec::new();
    for resource in resources {
        planned.push((resource, resource.tags(ebs, region, now)?.with(&tags)?));
    }
    for (resource, tags) in planned {
        *resource.tags(ebs, region, now)? = tags;
    }
    show::done(context)
}

pub(super) fn delete(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let parameters = Parameters::of(context.call)?;
    let resources = resources(&parameters)?;
    let removals = tags::keys(&parameters, "Tag")?;
    parameters.dry_run()?;

    let (region, now) = (context.call.region.as_str(), context.now);
    let ebs = &mut context.world.ebs;
    for resource in &resources {
        resource.tags(ebs, region, now)?;
    }
    for resource in resources {
        resource.tags(ebs, region, now)?.remove(&removals);
    }
    show::done(context)
}

/// A tag and what it is on.
struct Tagged {
    resource: String,
    kind: &'static str,
    key: String,
    value: String,
}

const FILTERS: [&str; 4] = ["key", "resource-id", "resource-type", "value"];

pub(super) fn describe(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let parameters = Parameters::of(context.call)?;
    let filters = Filters::of(&parameters, &FILTERS)?;
    let paging = Paging::of(&parameters, &Sizes::strict(5..=1000), None)?;
    parameters.dry_run()?;

    let all = all(&context.world.ebs, &context.call.region, context.now);
    let page = paging.page(all.into_iter().enumerate().skip(paging.start), |tagged| {
        let itself = Tags::new(vec![(tagged.key.clone(), tagged.value.clone())]);
        filters.take(&itself, |name| {
            vec![match name {
                "key" => tagged.key.clone(),
                "resource-id" => tagged.resource.clone(),
                "resource-type" => tagged.kind.to_owned(),
                _ => tagged.value.clone(),
            }]
        })
    });
    show::reply(context, |xml| {
        xml.list("tagSet", page.items, |xml, tagged| {
            xml.text("key", &tagged.key);
            xml.text("resourceId", &tagged.resource);
            xml.text("resourceType", tagged.kind);
            xml.text("value", &tagged.value);
        });
        xml.optional("nextToken", page.next_token.as_deref());
    })
}

/// Every tag in a Region.
fn all(ebs: &Ebs, region: &str, now: Timestamp) -> Vec<Tagged> {
    fn add<K: Kind>(all: &mut Vec<Tagged>, id: Id<K>, tags: &Tags) {
        all.extend(tags.iter().map(|(key, value)| Tagged {
            resource: id.to_string(),
            kind: K::TYPE,
            key: key.to_owned(),
            value: value.to_owned(),
        }));
    }
    let mut all = Vec::new();
    for instance in ebs
        .instances
        .iter()
        .filter(|found| found.region.as_ref() == region)
    {
        add(&mut all, instance.id, &instance.tags);
    }
    for volume in ebs
        .volumes
        .iter()
        .filter(|found| found.region.as_ref() == region)
    {
        if volume.exists(now) && ebs.is_visible(volume.created, now) {
            add(&mut all, volume.id, &volume.tags);
        }
    }
    for snapshot in ebs
        .snapshots
        .iter()
        .filter(|found| found.region.as_ref() == region)
    {
        if snapshot.owner != ebs.account || !ebs.is_visible(snapshot.started(), now) {
            continue;
        }
        match snapshot.presence(now) {
            Presence::Listed => add(&mut all, snapshot.id, &snapshot.tags),
            Presence::InBin => {
                let mut own = snapshot.tags.clone();
                own.set(tags::IN_BIN.to_owned(), "true".to_owned());
                add(&mut all, snapshot.id, &own);
            }
            Presence::Nowhere => {}
        }
    }
    for image in ebs
        .images
        .iter()
        .filter(|found| found.region.as_ref() == region)
    {
        if image.owner == ebs.account {
            add(&mut all, image.id, &image.tags);
        }
    }
    for task in ebs
        .tasks
        .iter()
        .filter(|found| found.region.as_ref() == region)
    {
        if ebs.is_visible(task.started, now) {
            add(&mut all, task.id, &task.tags);
        }
    }
    all
}
