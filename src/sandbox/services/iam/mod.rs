//! IAM: roles and their policies, and what they allow. Query protocol, version 2010-05-08.
//!
//! ```text
//! policy      documents: reading, checking, evaluating
//! store       roles and managed policies; who gets a role, and what it may then do
//! ```
//!
//! Invariants: IAM is global; the Region of a call does not matter. What the caller itself may do
//! is not said by policies but by the scenario's denials.

mod policy;
mod seed;
mod store;

pub(crate) use self::policy::{Document, Kind};
pub(crate) use self::seed::{IamSeed, RoleSeed};
pub(crate) use self::store::{Iam, NotAssumed, Role, Session};

/// The default and the longest time for which a role is assumed, in seconds.
const SESSION: (u32, u32) = (3600, 43_200);
