//! Volumes and attachments.

use jiff::Timestamp;

use super::time;
use crate::sandbox::services::ec2::id::VolumeId;
use crate::sandbox::services::ec2::volume::{Attachment, Volume};
use crate::sandbox::services::ec2::zones;
use crate::sandbox::word::Word as _;
use crate::sandbox::xml::Xml;

/// A volume in the shape of `DescribeVolumes` and `CreateVolume`.
pub(in super::super) fn volume(xml: &mut Xml, volume: &Volume, now: Timestamp) {
    xml.text("volumeId", &volume.id.to_string());
    xml.value("size", volume.size);
    let snapshot = volume.snapshot.map(|id| id.to_string()).unwrap_or_default();
    xml.text("snapshotId", &snapshot);
    xml.text("availabilityZone", &volume.zone);
    xml.text(
        "availabilityZoneId",
        &zones::id(&volume.region, &volume.zone),
    );
    xml.text("status", volume.state(now).name());
    xml.text("createTime", &time(volume.created));
    xml.list("attachmentSet", volume.attachments(now), |xml, held| {
        attachment(xml, volume.id, held, now);
    });
    volume.tags.show(xml);
    xml.text("volumeType", volume.kind.name());
    if let Some(iops) = volume.iops {
        xml.value("iops", iops);
    }
    if let Some(throughput) = volume.throughput {
        xml.value("throughput", throughput);
    }
    xml.value("encrypted", volume.key.is_some());
    xml.optional("kmsKeyId", volume.key.as_deref());
    xml.text(
        "sseType",
        if volume.key.is_some() {
            "sse-kms"
        } else {
            "none"
        },
    );
    xml.value("multiAttachEnabled", volume.multi_attach);
    if volume.fast_restored {
        xml.value("fastRestored", true);
    }
    if let Some(rate) = volume.initialization_rate {
        xml.value("volumeInitializationRate", rate);
    }
}

/// An attachment in the shape of `AttachVolume` and of volumes.
pub(in super::super) fn attachment(
    xml: &mut Xml,
    volume: VolumeId,
    attachment: &Attachment,
    now: Timestamp,
) {
    xml.text("volumeId", &volume.to_string());
    xml.text("instanceId", &attachment.instance.to_string());
    xml.text("device", &attachment.device);
    xml.text("status", attachment.state(now).name());
    xml.text("attachTime", &time(attachment.began));
    xml.value("deleteOnTermination", attachment.delete_on_termination);
}
