//! Pages of a listing.
//!
//! Invariants: without `MaxResults` everything comes in one page. With it, a page looks at that
//! many entities and shows those that the filters take, as AWS does: a page may hold fewer, or
//! none, and go on. A token is bound to the request that it came from and stands for a place.

use std::ops::RangeInclusive;

use super::parameters::Parameters;
use super::refusals::{invalid, not_together};
use crate::sandbox::paging::Shape;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::texts::ec2 as texts;

/// The part of a listing that was asked for.
pub(super) struct Paging {
    shape: Shape,
    pub(super) start: usize,
    size: usize,
}

/// A page, and where the next one starts.
pub(super) struct Page<T> {
    pub(super) items: Vec<T>,
    pub(super) next_token: Option<String>,
}

impl Paging {
    /// Reads `MaxResults` and `NextToken`. `ids` names the parameter with explicit ids, if the
    /// request has any.
    pub(super) fn of(
        parameters: &Parameters<'_>,
        sizes: RangeInclusive<usize>,
        ids: Option<&str>,
    ) -> Result<Self, Refusal> {
        let call = parameters.call;
        let size = parameters.number::<i64>("MaxResults")?;
        let size = size.map(|size| page_size(size, &sizes)).transpose()?;
        if let (Some(ids), Some(_)) = (ids, size) {
            return Err(not_together(ids, "MaxResults"));
        }
        let mut parts = vec![call.action.as_str(), call.region.as_str()];
        parts.extend(parameters.essence(&["MaxResults", "NextToken"]));
        let shape = Shape::new(&parts);
        let start = match parameters.text("NextToken") {
            None => 0,
            Some(token) => shape.offset(token).ok_or_else(|| {
                Refusal::client("InvalidNextToken", texts::INVALID_NEXT_TOKEN.plain())
            })?,
        };
        Ok(Self {
            shape,
            start,
            size: size.unwrap_or(usize::MAX),
        })
    }

    /// The page of these entities, each with its place, the first at or behind `start`.
    pub(super) fn page<T>(
        &self,
        mut entities: impl Iterator<Item = (usize, T)>,
        mut takes: impl FnMut(&T) -> bool,
    ) -> Page<T> {
        let mut items = Vec::new();
        for (_, entity) in entities.by_ref().take(self.size) {
            if takes(&entity) {
                items.push(entity);
            }
        }
        Page {
            items,
            next_token: entities.next().map(|(place, _)| self.shape.token(place)),
        }
    }
}

fn page_size(size: i64, sizes: &RangeInclusive<usize>) -> Result<usize, Refusal> {
    let (least, most) = (sizes.start(), sizes.end());
    match usize::try_from(size) {
        Ok(size) if sizes.contains(&size) => Ok(size),
        Ok(large) if large > *most => {
            let bound = (most + 1).to_string();
            Err(invalid(texts::TOO_LARGE.with(&[
                &size.to_string(),
                "maxResults",
                &bound,
            ])))
        }
        _ => {
            let least = least.to_string();
            Err(invalid(texts::TOO_SMALL.with(&[
                &size.to_string(),
                "maxResults",
                &least,
            ])))
        }
    }
}
