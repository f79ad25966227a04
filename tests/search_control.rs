//! The sandbox's IAM, S3 and control plane of search domains, asked by the SDK that the console
//! itself uses: replies and refusals as it decodes them, with every signature checked.
#![expect(clippy::unwrap_used, reason = "a test may stop at a surprise")]

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_iam::error::ProvideErrorMetadata as _;
use aws_sdk_iam::types::PolicyEvaluationDecisionType as Decision;
use aws_sdk_s3::config::Credentials;
use aws_sdk_s3::types::{
    BucketLifecycleConfiguration, ExpirationStatus, LifecycleRule, LifecycleRuleFilter, Transition,
    TransitionStorageClass,
};
use snapdeck::sandbox::{ACCESS_KEY_ID, Options, SECRET_ACCESS_KEY, Sandbox, Scenario};

const SCENARIO: &str = include_str!("conformance/search_control.toml");
const ROLE: &str = "arn:aws:iam::123456789012:role/service-role/Right";

async fn sandbox() -> Sandbox {
    Sandbox::start(Options {
        scenario: Scenario::from_toml(SCENARIO, "search_control.toml").unwrap(),
        verify_signatures: true,
        ..Options::default()
    })
    .await
    .unwrap()
}

async fn config(sandbox: &Sandbox, region: &'static str) -> SdkConfig {
    let key = Credentials::new(ACCESS_KEY_ID, SECRET_ACCESS_KEY, None, None, "test");
    aws_config::defaults(BehaviorVersion::latest())
        .region(Region::new(region))
        .credentials_provider(key)
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .endpoint_url(sandbox.url())
        .load()
        .await
}

#[tokio::test]
async fn roles_come_back_and_the_caller_is_simulated() {
    let sandbox = sandbox().await;
    let iam = aws_sdk_iam::Client::new(&config(&sandbox, "us-east-1").await);
    let role = iam.get_role().role_name("Right").send().await.unwrap();
    let role = role.role().unwrap();
    assert_eq!(role.arn(), ROLE);
    let trust = role.assume_role_policy_document().unwrap();
    assert!(trust.starts_with("%7B%22Version%22"), "{trust}");
    let missing = iam.get_role().role_name("nope").send().await.unwrap_err();
    assert_eq!(missing.code(), Some("NoSuchEntity"));
    assert_eq!(
        missing.message(),
        Some("The role with name nope cannot be found.")
    );
    let roles = iam.list_roles().into_paginator().page_size(1).items();
    let roles = roles.send().try_collect().await.unwrap();
    assert_eq!(roles.len(), 2);
    let simulated = iam
        .simulate_principal_policy()
        .policy_source_arn("arn:aws:iam::123456789012:user/sandbox")
        .action_names("iam:PassRole")
        .resource_arns(ROLE)
        .resource_arns("arn:aws:iam::123456789012:role/Refused")
        .send()
        .await
        .unwrap();
    let decisions: Vec<&Decision> = simulated
        .evaluation_results()
        .iter()
        .map(|result| result.eval_decision())
        .collect();
    assert_eq!(decisions, [&Decision::Allowed, &Decision::ImplicitDeny]);
}

#[tokio::test]
async fn buckets_say_where_they_are_and_keep_their_rules() {
    let sandbox = sandbox().await;
    let s3 = aws_sdk_s3::Client::new(&config(&sandbox, "us-east-1").await);
    let here = s3.head_bucket().bucket("here").send().await.unwrap();
    assert_eq!(here.bucket_region(), Some("us-east-1"));
    let location = s3.get_bucket_location().bucket("there").send().await;
    let location = location.unwrap();
    assert_eq!(
        location.location_constraint().unwrap().as_str(),
        "eu-west-1"
    );
    let elsewhere = s3.list_objects_v2().bucket("there").send().await;
    assert_eq!(elsewhere.unwrap_err().code(), Some("PermanentRedirect"));
    let missing = s3.head_bucket().bucket("nope").send().await.unwrap_err();
    assert!(missing.into_service_error().is_not_found());

    let rule = LifecycleRule::builder()
        .id("archive")
        .filter(LifecycleRuleFilter::builder().prefix("a/").build())
        .status(ExpirationStatus::Enabled)
        .transitions(
            Transition::builder()
                .days(30)
                .storage_class(TransitionStorageClass::Glacier)
                .build(),
        )
        .build()
        .unwrap();
    let rules = BucketLifecycleConfiguration::builder()
        .rules(rule.clone())
        .build()
        .unwrap();
    s3.put_bucket_lifecycle_configuration()
        .bucket("here")
        .lifecycle_configuration(rules)
        .send()
        .await
        .unwrap();
    let kept = s3.get_bucket_lifecycle_configuration();
    let kept = kept.bucket("here").send().await.unwrap();
    assert_eq!(kept.rules(), [rule]);
    let none = s3.get_bucket_lifecycle_configuration();
    let none = none.bucket("unlisted").send().await.unwrap_err();
    assert_eq!(none.code(), Some("NoSuchLifecycleConfiguration"));
}

#[tokio::test]
async fn domains_are_described_at_most_five_at_a_time() {
    let sandbox = sandbox().await;
    let search = aws_sdk_opensearch::Client::new(&config(&sandbox, "us-east-1").await);
    let names = search.list_domain_names().send().await.unwrap();
    assert_eq!(names.domain_names().len(), 6);
    let described = search.describe_domains().domain_names("logs");
    let described = described.domain_names("nope").send().await.unwrap();
    let [logs] = described.domain_status_list() else {
        unreachable!("{described:?}");
    };
    assert_eq!(logs.engine_version(), Some("OpenSearch_2.11"));
    assert!(logs.endpoint().unwrap().starts_with("127.0.0.1:"));
    let six = ["aaa", "bbb", "ccc", "ddd", "eee", "fff"].map(str::to_owned);
    let six = search.describe_domains().set_domain_names(Some(six.into()));
    let refused = six.send().await.unwrap_err();
    assert_eq!(refused.code(), Some("ValidationException"));
    assert_eq!(
        refused.message(),
        Some("Please provide a maximum of 5 domain names to describe.")
    );
    let missing = search.describe_domain().domain_name("nope").send().await;
    let missing = missing.unwrap_err().into_service_error();
    assert!(missing.is_resource_not_found_exception());
    let denied = search.describe_domain().domain_name("secret").send().await;
    assert_eq!(denied.unwrap_err().code(), Some("AccessDeniedException"));
    let health = search.describe_domain_health().domain_name("logs").send();
    assert_eq!(
        health.await.unwrap().cluster_health().unwrap().as_str(),
        "Green"
    );
}
