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

/// How large pages may be.
pub(super) struct Sizes {
    range: RangeInclusive<usize>,
    larger: Larger,
}

/// What becomes of a request for a larger page.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Larger {
    /// The largest page is given: AWS CLI asks `DescribeVolumes` for 1000, and gets 500.
    IsCut,
    IsRefused,
}

impl Sizes {
    pub(super) fn cut(range: RangeInclusive<usize>) -> Self {
        Self {
            range,
            larger: Larger::IsCut,
        }
    }

    /// For operations whose model has the range.
    pub(super) fn strict(range: RangeInclusive<usize>) -> Self {
        Self {
            range,
            larger: Larger::IsRefused,
        }
    }
}

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
        sizes: &Sizes,
        ids: Option<&str>,
    ) -> Result<Self, Refusal> {
        let call = parameters.call;
        let size = parameters.number::<i64>("MaxResults")?;
        let size = size.map(|size| page_size(size, sizes)).transpose()?;
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

fn page_size(size: i64, sizes: &Sizes) -> Result<usize, Refusal> {
    let (least, most) = (*sizes.range.start(), *sizes.range.end());
    match usize::try_from(size) {
        // Where nothing may be asked for, it asks for nothing in particular.
        Ok(0) if least == 0 => Ok(most),
        Ok(size) if sizes.range.contains(&size) => Ok(size),
        Ok(size) if size > most && sizes.larger == Larger::IsCut => Ok(most),
        Ok(size) if size > most => {
            let bound = (most + 1).to_string();
            let arguments = [&*size.to_string(), "maxResults", &*bound];
            Err(invalid(texts::TOO_LARGE.with(&arguments)))
        }
        _ => {
            let arguments = [&*size.to_string(), "maxResults", &*least.to_string()];
            Err(invalid(texts::TOO_SMALL.with(&arguments)))
        }
    }
}
