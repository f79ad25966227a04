//! Instances, their status checks and root volume replacements, and images.

use jiff::Timestamp;

use super::time;
use crate::sandbox::ids::Purpose;
use crate::sandbox::services::ec2::image::Image;
use crate::sandbox::services::ec2::instance::Instance;
use crate::sandbox::services::ec2::root_task::ReplaceRootTask;
use crate::sandbox::services::ec2::store::Ebs;
use crate::sandbox::services::ec2::vocabulary::InstanceState;
use crate::sandbox::services::ec2::zones;
use crate::sandbox::word::Word as _;
use crate::sandbox::xml::Xml;

// What every instance and every image is here.
pub(in super::super) const HYPERVISOR: &str = "xen";
pub(in super::super) const IMAGE_TYPE: &str = "machine";
pub(in super::super) const IMAGE_VOLUMES: &str = "gp3";
pub(in super::super) const MONITORING: &str = "disabled";
pub(in super::super) const PLATFORM: &str = "Linux/UNIX";
pub(in super::super) const TENANCY: &str = "default";
pub(in super::super) const VIRTUALIZATION: &str = "hvm";

/// A member of `reservationSet` with its one instance.
pub(in super::super) fn instance(xml: &mut Xml, ebs: &Ebs, instance: &Instance, now: Timestamp) {
    xml.text("reservationId", &reservation(ebs, instance));
    xml.text("ownerId", &ebs.account);
    xml.list("groupSet", [(); 0], |_, ()| {});
    xml.list("instancesSet", [instance], |xml, instance| {
        one_instance(xml, ebs, instance, now);
    });
}

fn one_instance(xml: &mut Xml, ebs: &Ebs, instance: &Instance, now: Timestamp) {
    xml.text("instanceId", &instance.id.to_string());
    xml.text("imageId", &instance.image.to_string());
    state(xml, instance);
    xml.text("privateDnsName", &private_name(ebs, instance));
    xml.text("dnsName", "");
    xml.text("reason", "");
    xml.value("amiLaunchIndex", 0);
    xml.list("productCodes", [(); 0], |_, ()| {});
    xml.text("instanceType", &instance.kind);
    xml.text("launchTime", &time(instance.launched));
    xml.element("placement", |xml| {
        xml.text("availabilityZone", &instance.zone);
        xml.text(
            "availabilityZoneId",
            &zones::id(&instance.region, &instance.zone),
        );
        xml.text("groupName", "");
        xml.text("tenancy", TENANCY);
    });
    xml.element("monitoring", |xml| xml.text("state", MONITORING));
    xml.optional(
        "privateIpAddress",
        private_address(ebs, instance).as_deref(),
    );
    xml.text("architecture", "x86_64");
    xml.text("rootDeviceType", "ebs");
    xml.text("rootDeviceName", &instance.root_device);
    xml.list(
        "blockDeviceMapping",
        ebs.attached(instance.id, now),
        |xml, (volume, device)| {
            xml.text("deviceName", device);
            if let Some(attachment) = volume.attachment(instance.id, now) {
                xml.element("ebs", |xml| {
                    xml.text("volumeId", &volume.id.to_string());
                    xml.text("status", attachment.state(now).name());
                    xml.text("attachTime", &time(attachment.began));
                    xml.value("deleteOnTermination", attachment.delete_on_termination);
                });
            }
        },
    );
    xml.text("virtualizationType", VIRTUALIZATION);
    instance.tags.show(xml);
    xml.text("hypervisor", HYPERVISOR);
    xml.value("ebsOptimized", true);
    xml.value("enaSupport", true);
    xml.element("hibernationOptions", |xml| {
        xml.value("configured", instance.hibernates);
    });
    xml.text("platformDetails", PLATFORM);
}

/// The reservation that an instance has to itself.
pub(in super::super) fn reservation(ebs: &Ebs, instance: &Instance) -> String {
    let number = instance.id.low_bits();
    format!("r-0{:016x}", ebs.ids.wide(Purpose::Network, number))
}

fn address(ebs: &Ebs, instance: &Instance) -> String {
    let network = ebs.ids.arbitrary(Purpose::Network, instance.id.low_bits());
    let [second, third, fourth, ..] = network.to_be_bytes();
    format!("10.{second}.{third}.{}", fourth % 250 + 4)
}

/// The address in its network; a terminated instance has none.
pub(in super::super) fn private_address(ebs: &Ebs, instance: &Instance) -> Option<String> {
    (instance.state != InstanceState::Terminated).then(|| address(ebs, instance))
}

pub(in super::super) fn private_name(ebs: &Ebs, instance: &Instance) -> String {
    format!(
        "ip-{}.ec2.internal",
        address(ebs, instance).replace('.', "-")
    )
}

fn state(xml: &mut Xml, instance: &Instance) {
    xml.element("instanceState", |xml| {
        xml.value("code", instance.state.code());
        xml.text("name", instance.state.name());
    });
}

/// A member of `instanceStatusSet`. Only a running instance has status checks.
pub(in super::super) fn instance_status(xml: &mut Xml, instance: &Instance, now: Timestamp) {
    xml.text("instanceId", &instance.id.to_string());
    xml.text("availabilityZone", &instance.zone);
    xml.text(
        "availabilityZoneId",
        &zones::id(&instance.region, &instance.zone),
    );
    state(xml, instance);
    let (summary, detail) = checks(instance, now);
    for name in ["systemStatus", "instanceStatus"] {
        xml.element(name, |xml| {
            xml.text("status", summary);
            if let Some(detail) = detail {
                xml.list("details", ["reachability"], |xml, name| {
                    xml.text("name", name);
                    xml.text("status", detail);
                });
            }
        });
    }
}

/// What the status checks say: all in a word, and the check of reachability.
pub(in super::super) fn checks(
    instance: &Instance,
    now: Timestamp,
) -> (&'static str, Option<&'static str>) {
    match instance.state {
        InstanceState::Running if instance.is_rebooting(now) => {
            ("initializing", Some("initializing"))
        }
        InstanceState::Running => ("ok", Some("passed")),
        _ => ("not-applicable", None),
    }
}

/// The replacement of a root volume. Its times are plain texts in the API.
pub(in super::super) fn task(xml: &mut Xml, task: &ReplaceRootTask, now: Timestamp) {
    let plain = |time: Timestamp| time.strftime("%Y-%m-%d %H:%M:%S.0").to_string();
    xml.text("replaceRootVolumeTaskId", &task.id.to_string());
    xml.text("instanceId", &task.instance.to_string());
    xml.text("taskState", task.state(now).name());
    xml.text("startTime", &plain(task.started));
    xml.optional("completeTime", task.completed(now).map(plain).as_deref());
    task.tags.show(xml);
    xml.optional("imageId", task.image.map(|id| id.to_string()).as_deref());
    xml.optional(
        "snapshotId",
        task.snapshot.map(|id| id.to_string()).as_deref(),
    );
    xml.value("deleteReplacedRootVolume", task.deletes_old_root);
}

/// An image.
pub(in super::super) fn image(xml: &mut Xml, ebs: &Ebs, image: &Image) {
    xml.text("imageId", &image.id.to_string());
    xml.text("imageLocation", &format!("{}/{}", image.owner, image.name));
    xml.text("imageState", "available");
    xml.text("imageOwnerId", &image.owner);
    xml.text("creationDate", &time(image.created));
    xml.value("isPublic", image.public);
    xml.text("architecture", "x86_64");
    xml.text("imageType", IMAGE_TYPE);
    xml.text("name", &image.name);
    xml.text("description", &image.description);
    xml.optional("imageOwnerAlias", image.owner_alias.as_deref());
    xml.text("rootDeviceType", "ebs");
    xml.text("rootDeviceName", &image.root_device);
    xml.list("blockDeviceMapping", &image.devices, |xml, device| {
        xml.text("deviceName", &device.device);
        xml.element("ebs", |xml| {
            xml.text("snapshotId", &device.snapshot.to_string());
            if let Some(snapshot) = ebs.snapshots.get(device.snapshot) {
                xml.value("volumeSize", snapshot.size);
                xml.value("encrypted", snapshot.key.is_some());
            }
            xml.text("volumeType", IMAGE_VOLUMES);
            xml.value("deleteOnTermination", true);
        });
    });
    xml.text("virtualizationType", VIRTUALIZATION);
    image.tags.show(xml);
    xml.text("hypervisor", HYPERVISOR);
    xml.value("enaSupport", true);
    xml.text("platformDetails", PLATFORM);
}
