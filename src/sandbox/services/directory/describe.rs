//! `DescribeDirectories` and `DescribeSnapshots`: filters and pages.
//!
//! Invariants: one unknown id fails the whole call; a page token is good for its own filters and
//! Region only. The page size is the simulator's choice.

use std::fmt::Write as _;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::id::{DirectoryId, SnapshotId};
use super::members::{Members, directory_id, invalid, snapshot_id};
use super::{no_such_directory, no_such_snapshot, reply, show};
use crate::sandbox::paging::Shape;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::reply::Reply;
use crate::sandbox::services::Context;
use crate::sandbox::texts;

const PAGE: usize = 100;

/// A part of a listing.
struct Page {
    shape: Shape,
    offset: usize,
    limit: usize,
}

impl Page {
    fn new(shape: Shape, token: Option<&str>, limit: Option<i32>) -> Result<Self, Refusal> {
        let limit = limit.unwrap_or_default();
        let limit = usize::try_from(limit)
            .map_err(|_| invalid(texts::NEGATIVE_LIMIT.with(&[&limit.to_string()])))?;
        let offset = match token {
            None => 0,
            Some(token) => shape.offset(token).ok_or_else(|| {
                let text = texts::INVALID_NEXT_TOKEN.plain();
                Refusal::client("InvalidNextTokenException", text)
            })?,
        };
        let limit = if limit == 0 { PAGE } else { limit.min(PAGE) };
        Ok(Self {
            shape,
            offset,
            limit,
        })
    }

    /// The reply with `items`, which may hold one more than the page to show that there is more.
    fn reply(&self, name: &str, mut items: Vec<Value>) -> Reply {
        let more = items.len() > self.limit;
        items.truncate(self.limit);
        let mut body = json!({ name: items });
        if more {
            body["NextToken"] = json!(self.shape.token(self.offset + self.limit));
        }
        reply(&body)
    }
}

pub(super) fn describe_directories(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let members = Members::of(context.call);
    let wanted = members.strings("DirectoryIds")?;
    let token = members.string("NextToken")?;
    let limit = members.integer("Limit")?;
    let region = context.call.region.as_str();
    let shape = Shape::new(&["DescribeDirectories", region, &listed(wanted.as_deref())]);
    let wanted: Option<Vec<DirectoryId>> = wanted
        .map(|ids| ids.into_iter().map(directory_id).collect::<Result<_, _>>())
        .transpose()?;
    if wanted.as_ref().is_some_and(Vec::is_empty) {
        return Err(invalid(texts::EMPTY_DIRECTORY_IDS.plain()));
    }
    let page = Page::new(shape, token, limit)?;
    let directories = &context.world.directories;
    for id in wanted.iter().flatten() {
        if !directories
            .in_region(region)
            .any(|(known, _)| known.id == *id)
        {
            return Err(no_such_directory(*id));
        }
    }
    let items = directories
        .in_region(region)
        .filter(|(directory, _)| {
            wanted
                .as_ref()
                .is_none_or(|ids| ids.contains(&directory.id))
        })
        .skip(page.offset)
        .take(page.limit + 1)
        .map(|(directory, presence)| {
            show::directory(directories.ids(), directory, presence, region, context.now)
        })
        .collect();
    Ok(page.reply("DirectoryDescriptions", items))
}

pub(super) fn describe_snapshots(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let members = Members::of(context.call);
    let directory = members.string("DirectoryId")?;
    let wanted = members.strings("SnapshotIds")?;
    let token = members.string("NextToken")?;
    let limit = members.integer("Limit")?;
    let region = context.call.region.as_str();
    // No ids and an empty list are the same request.
    let wanted = wanted.filter(|ids| !ids.is_empty());
    let shape = Shape::new(&[
        "DescribeSnapshots",
        region,
        directory.unwrap_or_default(),
        &listed(wanted.as_deref()),
    ]);
    let directory = directory.map(directory_id).transpose()?;
    let wanted: Option<Vec<SnapshotId>> = wanted
        .map(|ids| ids.into_iter().map(snapshot_id).collect::<Result<_, _>>())
        .transpose()?;
    let page = Page::new(shape, token, limit)?;
    if let Some(id) = directory
        && context.world.directories.find(id, region).is_none()
    {
        return Err(no_such_directory(id));
    }
    let items = match wanted {
        Some(ids) => by_id(context, directory, &ids, &page)?,
        None => all(context, directory, &page),
    };
    Ok(page.reply("Snapshots", items))
}

/// The snapshots with these ids, in the order of the ids.
fn by_id(
    context: &mut Context<'_>,
    directory: Option<DirectoryId>,
    ids: &[SnapshotId],
    page: &Page,
) -> Result<Vec<Value>, Refusal> {
    let mut items = Vec::new();
    let mut seen = Vec::new();
    for id in ids {
        let found = context
            .world
            .directories
            .find_snapshot(*id, &context.call.region, context.now)
            .filter(|(of, _)| directory.is_none_or(|wanted| of.id == wanted))
            .ok_or_else(|| no_such_snapshot(*id))?;
        if !seen.contains(id) {
            seen.push(*id);
            items.push(show::snapshot(found.0, &found.1, context.now));
        }
    }
    Ok(items
        .into_iter()
        .skip(page.offset)
        .take(page.limit + 1)
        .collect())
}

/// All snapshots, or those of one directory: directory by directory, newest first.
fn all(context: &Context<'_>, directory: Option<DirectoryId>, page: &Page) -> Vec<Value> {
    let now: Timestamp = context.now;
    let mut skip = page.offset;
    let mut items = Vec::new();
    let directories = context
        .world
        .directories
        .primary_in(&context.call.region)
        .filter(|known| directory.is_none_or(|wanted| known.id == wanted));
    for directory in directories {
        // A directory before the page is counted and not made, or long listings would be slow.
        let count = directory.count(now);
        if count <= skip {
            skip -= count;
            continue;
        }
        let snapshots = directory.snapshots(now);
        let shown = snapshots.iter().skip(std::mem::take(&mut skip));
        items.extend(shown.map(|snapshot| show::snapshot(directory, snapshot, now)));
        if items.len() > page.limit {
            break;
        }
    }
    items
}

/// A list of ids as a part of a request's shape.
fn listed(ids: Option<&[&str]>) -> String {
    let mut text = String::new();
    for id in ids.unwrap_or_default() {
        // Writing to a string cannot fail.
        let _ = write!(text, "{}:{id}", id.len());
    }
    text
}
