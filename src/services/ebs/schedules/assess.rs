//! What follows from making, stopping or removing a schedule.

use serde_json::{Value, json};

use super::{
    begins,
    describe::{COPY_TAGS, CREATE, DAILY, DISABLE, ENABLE, KEEP, KEEP_DAYS, TARGET_TAGS, due},
    terms::{Keeps, NAME, SCHEDULE_TAG, has, keeps, schedule_tag, targets},
};
use crate::{
    domain::{
        assessment::{Assessment, Check, Confirmation},
        collection::Show,
        failure::{Failure, FailureKind},
        form::Request,
        format,
        text::harmless,
        way::Way,
    },
    services::{
        ebs::{Ebs, INFO, facts::volume_facts, filter},
        equivalent::aws_line,
    },
};

/// Asking for the same with a field filled in.
fn fill(request: &Request, does: &str, field: &str) -> Way {
    Way::fill(&INFO, &request.action, does, &[(field, "")])
}

/// Whether it is said how long snapshots are kept.
fn retention(request: &Request) -> Check {
    let kept = keeps(request);
    let is_said = kept.is_ok();
    let check =
        Check::rule("Retention", kept.map(Keeps::in_words)).refuses_as(FailureKind::Invalid);
    if is_said {
        return check;
    }
    check.way(fill(request, "keep so many", KEEP)).way(fill(
        request,
        "keep each for days",
        KEEP_DAYS,
    ))
}

impl Ebs {
    pub(in crate::services::ebs) async fn assess_schedule(
        &self,
        request: &Request,
    ) -> Result<Assessment, Failure> {
        match request.action.as_str() {
            CREATE => self.assess_new(request).await,
            DAILY => self.assess_daily(request).await,
            _ => self.assess_known(request).await,
        }
    }

    async fn assess_new(&self, request: &Request) -> Result<Assessment, Failure> {
        let targets = targets(request);
        let mut covered: Vec<String> = Vec::new();
        for (key, value) in &targets {
            let by = filter(&format!("tag:{key}"), vec![value.clone()]);
            self.volumes(vec![by], |page| {
                covered.extend(page.into_iter().filter_map(|volume| volume.volume_id));
            })
            .await?;
        }
        covered.sort_unstable();
        covered.dedup();
        let mut warnings = vec![begins(due(request))];
        if covered.is_empty() && !targets.is_empty() {
            warnings
                .push("No volume has such a tag now: nothing is taken until one has.".to_owned());
        }
        warnings.push(self.needs(request));
        let mut facts = vec![("Due", format!("daily at {} UTC", due(request)))];
        if !covered.is_empty() {
            facts.push(("Covers", covered.join(", ")));
        }
        if let Ok(keeps) = keeps(request) {
            facts.push(("Keeps", keeps.in_words()));
        }
        Ok(Assessment {
            facts,
            gauge: None,
            warnings,
            checks: vec![
                if targets.is_empty() {
                    let why = "give at least one tag by which volumes are chosen".to_owned();
                    Check::rule("Volumes", Err(why))
                        .refuses_as(FailureKind::Invalid)
                        .way(fill(request, "name one", TARGET_TAGS))
                } else {
                    let covered = format!("{} with such a tag now", covered.len());
                    Check::rule("Volumes", Ok(covered))
                },
                retention(request),
                unasked(),
            ],
            confirmation: Confirmation::Button,
            duration: None,
            documents: Vec::new(),
            equivalent: self.create_line(request),
        })
    }

    async fn assess_daily(&self, request: &Request) -> Result<Assessment, Failure> {
        let volume = self.volume(&request.target).await?;
        let mut checks = vec![retention(request)];
        if keeps(request).is_err() {
            // What the tag says, how long is kept, is not known yet.
            let mut facts = volume_facts(&volume);
            facts.push(("Due", format!("daily at {} UTC", due(request))));
            return Ok(Assessment {
                facts,
                gauge: None,
                warnings: vec![begins(due(request))],
                checks,
                confirmation: Confirmation::Button,
                duration: None,
                documents: Vec::new(),
                equivalent: String::new(),
            });
        }
        let value = schedule_tag(request);
        let tagged = has(&volume, SCHEDULE_TAG, &value);
        let existing = self.policy_for(&value).await?;
        if tagged {
            let said = format!("the volume has {SCHEDULE_TAG}={value} already");
            checks.push(Check::rule("Tag", Ok(said)));
        } else {
            let asked = self.tag_volume(request, &value).dry_run(true).send().await;
            checks.push(self.permission(asked.err()).await);
        }
        checks.push(match &existing {
            Some(policy) => Check::state(
                "Schedule",
                if tagged {
                    Err(format!("{policy} takes this volume already"))
                } else {
                    Ok(format!(
                        "{policy} goes by that tag already: only the tag is added"
                    ))
                },
            ),
            None => unasked(),
        });
        let mut warnings = vec![
            begins(due(request)),
            format!(
                "The volume gets the tag {SCHEDULE_TAG}={value}: that is what the schedule goes by."
            ),
        ];
        let other = volume
            .tags()
            .iter()
            .find(|tag| tag.key() == Some(SCHEDULE_TAG) && tag.value() != Some(&value));
        if let Some(old) = other.and_then(|tag| tag.value()) {
            warnings.push(format!(
                "It leaves the schedule that goes by {SCHEDULE_TAG}={}.",
                harmless(old)
            ));
        }
        if existing.is_none() {
            warnings.push(self.needs(request));
        }
        let mut facts = volume_facts(&volume);
        facts.push(("Due", format!("daily at {} UTC", due(request))));
        let tag = aws_line(
            "ec2",
            "create-tags",
            &[
                ("resources", Some(&request.target)),
                (
                    "tags",
                    Some(&json!([{ "Key": SCHEDULE_TAG, "Value": value }]).to_string()),
                ),
            ],
            &request.place,
        );
        let equivalent = if existing.is_some() {
            tag
        } else {
            format!("{tag} && {}", self.create_line(request))
        };
        Ok(Assessment {
            facts,
            gauge: None,
            warnings,
            checks,
            confirmation: Confirmation::Button,
            duration: None,
            documents: Vec::new(),
            equivalent,
        })
    }

    /// What the service needs besides: it cannot be asked beforehand.
    fn needs(&self, request: &Request) -> String {
        format!(
            "The service acts as {}, which must exist ('aws dlm create-default-role' makes the default one), and you must be permitted to pass it.",
            self.role(request)
        )
    }

    async fn assess_known(&self, request: &Request) -> Result<Assessment, Failure> {
        let schedule = self.schedule(&request.target).await?;
        let mut facts = vec![("Schedule", schedule.id.clone())];
        for (key, label) in [
            ("description", "Description"),
            ("target_tags", "Volumes tagged"),
            ("rule", "Due"),
            ("retention", "Keeps"),
        ] {
            let shown = format::cell(&schedule, key, Show::Moment, self.clock.now());
            if shown != format::ABSENT {
                facts.push((label, shown.into_owned()));
            }
        }
        let word = schedule.state.word.as_str();
        let stays = "What it has taken stays, and nothing deletes that any more.";
        let (operation, arguments, warnings, state, confirmation) = match request.action.as_str() {
            ENABLE => (
                "update-lifecycle-policy",
                vec![
                    ("policy-id", Some(request.target.as_str())),
                    ("state", Some("ENABLED")),
                ],
                vec!["AWS takes snapshots again from its next time on.".to_owned()],
                (word != "ENABLED")
                    .then_some(word)
                    .ok_or("it is enabled already"),
                Confirmation::Button,
            ),
            DISABLE => (
                "update-lifecycle-policy",
                vec![
                    ("policy-id", Some(request.target.as_str())),
                    ("state", Some("DISABLED")),
                ],
                vec![
                    "Nothing is taken until it is enabled again.".to_owned(),
                    "What would have expired meanwhile, by its age, is kept for good.".to_owned(),
                ],
                (word != "DISABLED")
                    .then_some(word)
                    .ok_or("it is disabled already"),
                Confirmation::Button,
            ),
            _ => (
                "delete-lifecycle-policy",
                vec![("policy-id", Some(request.target.as_str()))],
                vec![
                    "Nothing is taken by it any more.".to_owned(),
                    stays.to_owned(),
                ],
                Ok(word),
                Confirmation::Ask {
                    id: request.target.clone(),
                },
            ),
        };
        Ok(Assessment {
            facts,
            gauge: None,
            warnings,
            checks: vec![
                Check::state("State", state.map(str::to_owned).map_err(str::to_owned)),
                unasked(),
            ],
            confirmation,
            duration: None,
            documents: Vec::new(),
            equivalent: aws_line("dlm", operation, &arguments, &request.place),
        })
    }

    fn create_line(&self, request: &Request) -> String {
        let retain = match keeps(request) {
            Ok(Keeps::Days(days)) => json!({ "Interval": days, "IntervalUnit": "DAYS" }),
            Ok(Keeps::Newest(count)) => json!({ "Count": count }),
            Err(_) => Value::Null,
        };
        let tags: Vec<Value> = targets(request)
            .into_iter()
            .map(|(key, value)| json!({ "Key": key, "Value": value }))
            .collect();
        let details = json!({
            "PolicyType": "EBS_SNAPSHOT_MANAGEMENT",
            "ResourceTypes": ["VOLUME"],
            "TargetTags": tags,
            "Schedules": [{
                "Name": NAME,
                "CopyTags": request.is_set(COPY_TAGS),
                "CreateRule": { "Interval": 24, "IntervalUnit": "HOURS", "Times": [due(request)] },
                "RetainRule": retain,
            }],
        });
        aws_line(
            "dlm",
            "create-lifecycle-policy",
            &[
                ("execution-role-arn", Some(&self.role(request))),
                ("description", Some(&Self::description(request))),
                ("state", Some("ENABLED")),
                ("policy-details", Some(&details.to_string())),
            ],
            &request.place,
        )
    }
}

/// Data Lifecycle Manager cannot be asked beforehand.
fn unasked() -> Check {
    Check::unknown(
        "Permission for the schedule",
        "Data Lifecycle Manager has no dry run: it answers when it is asked",
    )
}
