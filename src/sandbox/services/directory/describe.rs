//! `DescribeDirectories` and `DescribeSnapshots`: filters and pages.
//!
//! Invariants: one unknown id fails the whole call; a page token is good for its own filters and
//! Region only. The page size is the simulator's choice.

use std::cmp::Reverse;
use std::fmt::Write as _;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::id::{DirectoryId, SnapshotId};
use super::members::{Members, directory_id, invalid, snapshot_id};
use super::snapshot::Key;
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

/// How many items a page has.
fn page_size(limit: Option<i32>) -> Result<usize, Refusal> {
    let limit = limit.unwrap_or_default();
    match usize::try_from(limit) {
        Ok(0) => Ok(PAGE),
        Ok(limit) => Ok(limit.min(PAGE)),
        Err(_) => Err(invalid(texts::NEGATIVE_LIMIT.with(&[&limit.to_string()]))),
    }
}

fn wrong_token() -> Refusal {
    let text = texts::INVALID_NEXT_TOKEN.plain();
    Refusal::client("InvalidNextTokenException", text)
}

impl Page {
    fn new(shape: Shape, token: Option<&str>, limit: Option<i32>) -> Result<Self, Refusal> {
        let limit = page_size(limit)?;
        let offset = match token {
            None => 0,
            Some(token) => shape.offset(token).ok_or_else(wrong_token)?,
        };
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
    let Some(ids) = wanted else {
        return all(context, directory, &shape, token, limit);
    };
    let page = Page::new(shape, token, limit)?;
    check_directory(context, directory)?;
    let items = by_id(context, directory, &ids, &page)?;
    Ok(page.reply("Snapshots", items))
}

fn check_directory(context: &mut Context<'_>, id: Option<DirectoryId>) -> Result<(), Refusal> {
    let Context { world, call, .. } = context;
    match id.filter(|id| world.directories.find(*id, &call.region).is_none()) {
        Some(id) => Err(no_such_directory(id)),
        None => Ok(()),
    }
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

/// The last snapshot of a page. The next begins behind it, whether it is still there or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Last {
    directory: DirectoryId,
    key: Key,
}

impl Last {
    fn text(&self) -> String {
        let (Reverse(started), snapshot) = self.key;
        let started = started.as_nanosecond();
        format!("{}/{started}/{snapshot}", self.directory)
    }

    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '/');
        let directory = DirectoryId::parse(parts.next()?)?;
        let started = Timestamp::from_nanosecond(parts.next()?.parse().ok()?).ok()?;
        let snapshot = SnapshotId::parse(parts.next()?)?;
        let key = (Reverse(started), snapshot);
        Some(Self { directory, key })
    }
}

/// All snapshots, or those of one directory: directory by directory, newest first.
fn all(
    context: &mut Context<'_>,
    directory: Option<DirectoryId>,
    shape: &Shape,
    token: Option<&str>,
    limit: Option<i32>,
) -> Result<Reply, Refusal> {
    let limit = page_size(limit)?;
    let last = token.map(|token| {
        let text = shape.after(token);
        text.and_then(|text| Last::parse(&text))
            .ok_or_else(wrong_token)
    });
    let last = last.transpose()?;
    check_directory(context, directory)?;
    let now = context.now;
    let directories = context
        .world
        .directories
        .primary_in(&context.call.region)
        .filter(|known| directory.is_none_or(|wanted| known.id == wanted))
        // Those before the page are not looked into, or long listings would be slow.
        .skip_while(|known| last.is_some_and(|last| last.directory != known.id));
    let mut items: Vec<Value> = Vec::new();
    let mut shown = None;
    for directory in directories {
        let behind = last.filter(|last| last.directory == directory.id);
        for snapshot in directory.snapshots(now) {
            let key = snapshot.key();
            if behind.is_some_and(|last| key <= last.key) {
                continue;
            }
            if items.len() == limit {
                let next = shown.map(|last: Last| shape.token_after(&last.text()));
                return Ok(reply(&json!({ "Snapshots": items, "NextToken": next })));
            }
            items.push(show::snapshot(directory, &snapshot, now));
            let directory = directory.id;
            shown = Some(Last { directory, key });
        }
    }
    Ok(reply(&json!({ "Snapshots": items })))
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
