//! What IAM's replies say.
//!
//! Invariants: elements have the names and the order of the API model; policy documents are
//! URL-encoded as RFC 3986 says.

use jiff::Timestamp;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::parameters::Page;
use super::policy::Document;
use super::store::{ManagedPolicy, Role};
use crate::sandbox::xml::Xml;

const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// The version that every managed policy has.
pub(super) const VERSION: &str = "v1";

pub(super) fn time(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// A policy document, encoded.
pub(super) fn document(xml: &mut Xml, name: &str, document: &Document) {
    let encoded = utf8_percent_encode(document.text(), UNRESERVED).to_string();
    xml.text(name, &encoded);
}

/// A list, whose elements are called `member`.
pub(super) fn members<T>(
    xml: &mut Xml,
    name: &str,
    items: impl IntoIterator<Item = T>,
    mut fill: impl FnMut(&mut Xml, T),
) {
    xml.element(name, |xml| {
        for item in items {
            xml.element("member", |xml| fill(xml, item));
        }
    });
}

/// A list of texts.
pub(super) fn texts<'a>(xml: &mut Xml, name: &str, items: impl IntoIterator<Item = &'a str>) {
    xml.element(name, |xml| {
        for item in items {
            xml.text("member", item);
        }
    });
}

/// Whether there is more, and where it begins.
pub(super) fn more<T>(xml: &mut Xml, page: &Page<T>) {
    xml.value("IsTruncated", page.marker.is_some());
    xml.optional("Marker", page.marker.as_deref());
}

/// Is it the whole role, or one of a list? Lists leave things out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    Whole,
    Listed,
}

pub(super) fn role(xml: &mut Xml, role: &Role, extent: Extent) {
    xml.text("Path", &role.path);
    xml.text("RoleName", &role.name);
    xml.text("RoleId", &role.id);
    xml.text("Arn", &role.arn);
    xml.text("CreateDate", &time(role.created));
    document(xml, "AssumeRolePolicyDocument", &role.trust);
    xml.optional("Description", role.description.as_deref());
    xml.value("MaxSessionDuration", role.longest_session);
    if extent == Extent::Whole {
        if !role.tags.is_empty() {
            members(xml, "Tags", &role.tags, |xml, (key, value)| {
                xml.text("Key", key);
                xml.text("Value", value);
            });
        }
        // Nobody knows of a use: services assume roles without leaving a trace here.
        xml.element("RoleLastUsed", |_| {});
    }
}

pub(super) fn policy(xml: &mut Xml, policy: &ManagedPolicy, attachments: usize) {
    xml.text("PolicyName", &policy.name);
    xml.text("PolicyId", &policy.id);
    xml.text("Arn", &policy.arn);
    xml.text("Path", "/");
    xml.text("DefaultVersionId", VERSION);
    xml.value("AttachmentCount", attachments);
    xml.value("PermissionsBoundaryUsageCount", 0);
    xml.value("IsAttachable", true);
    xml.text("CreateDate", &time(policy.created));
    xml.text("UpdateDate", &time(policy.created));
}

pub(super) fn version(xml: &mut Xml, policy: &ManagedPolicy) {
    document(xml, "Document", &policy.document);
    xml.text("VersionId", VERSION);
    xml.value("IsDefaultVersion", true);
    xml.text("CreateDate", &time(policy.created));
}
