use super::*;

const TRUST: &str = r#"{
    "Version": "2012-10-17",
    "Statement": [{
        "Sid": "", "Effect": "Allow", "Principal": {"Service": "es.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": {
            "StringEquals": {"aws:SourceAccount": "123456789012"},
            "ArnLike": {"aws:SourceArn": "arn:aws:es:us-east-1:123456789012:domain/*"}
        }
    }]
}"#;

const BACKUPS: &str = r#"{"Version":"2012-10-17","Statement":[
    {"Action":["s3:ListBucket"],"Effect":"Allow","Resource":["arn:aws:s3:::b"]},
    {"Action":["s3:GetObject","s3:put*"],"Effect":"Allow","Resource":"arn:aws:s3:::b/*"},
    {"Action":"s3:*","Effect":"Deny","NotResource":["arn:aws:s3:::b","arn:aws:s3:::b/*"]}]}"#;

fn ask(document: &str, action: &str, resource: &str) -> Decision {
    let document = Document::read(document, Kind::Identity).unwrap();
    document.decide(&Question {
        action,
        resource,
        context: &[],
    })
}

#[test]
fn what_is_not_allowed_is_denied_and_a_deny_outweighs() {
    for (action, resource, expected) in [
        ("s3:ListBucket", "arn:aws:s3:::b", Decision::Allowed),
        ("S3:PutObject", "arn:aws:s3:::b/a/b", Decision::Allowed),
        (
            "s3:DeleteObject",
            "arn:aws:s3:::b/a",
            Decision::ImplicitDeny,
        ),
        ("s3:GetObject", "arn:aws:s3:::b", Decision::ImplicitDeny),
        ("s3:GetObject", "arn:aws:s3:::c/a", Decision::ExplicitDeny),
        ("ec2:StartInstances", "*", Decision::ImplicitDeny),
    ] {
        assert_eq!(
            ask(BACKUPS, action, resource),
            expected,
            "{action} {resource}"
        );
    }
}

#[test]
fn a_trust_policy_names_services_and_may_set_conditions() {
    let document = Document::read(TRUST, Kind::Trust).unwrap();
    let domain = [
        ("aws:SourceAccount", "123456789012"),
        (
            "AWS:SourceArn",
            "arn:aws:es:us-east-1:123456789012:domain/logs",
        ),
    ];
    assert!(document.trusts("es.amazonaws.com", &domain));
    assert!(!document.trusts("ec2.amazonaws.com", &domain));
    assert!(!document.trusts("es.amazonaws.com", &domain[..1]));
    let elsewhere = [
        ("aws:SourceAccount", "999999999999"),
        ("aws:SourceArn", domain[1].1),
    ];
    assert!(!document.trusts("es.amazonaws.com", &elsewhere));
}

#[test]
fn conditions_hold_as_in_iam() {
    let holds = |condition: &str, context: &[(&str, &str)]| {
        let text = format!(
            r#"{{"Statement":{{"Effect":"Allow","Action":"*","Resource":"*","Condition":{condition}}}}}"#
        );
        let document = Document::read(&text, Kind::Identity).unwrap();
        let question = Question {
            action: "a:b",
            resource: "*",
            context,
        };
        document.decide(&question) == Decision::Allowed
    };
    let context = [("aws:username", "Ann"), ("aws:SecureTransport", "true")];
    for (condition, expected) in [
        (
            r#"{"StringEqualsIgnoreCase":{"aws:username":["bob","ann"]}}"#,
            true,
        ),
        (r#"{"StringEquals":{"aws:username":"ann"}}"#, false),
        (
            r#"{"StringNotEquals":{"aws:username":["ann","Ann"]}}"#,
            false,
        ),
        (r#"{"StringLike":{"aws:userid":"*"}}"#, false),
        (r#"{"StringLikeIfExists":{"aws:userid":"x"}}"#, true),
        (r#"{"Null":{"aws:userid":"true"}}"#, true),
        (
            r#"{"Bool":{"aws:SecureTransport":true},"Null":{"aws:username":false}}"#,
            true,
        ),
        (
            r#"{"DateGreaterThan":{"aws:CurrentTime":"2020-01-01T00:00:00Z"}}"#,
            false,
        ),
    ] {
        assert_eq!(holds(condition, &context), expected, "{condition}");
    }
}

#[test]
fn a_malformed_document_is_refused_in_the_words_of_iam() {
    let wrong = |text: &str, kind| Document::read(text, kind).unwrap_err();
    let identity = |members: &str| {
        let text = format!(r#"{{"Version":"2012-10-17","Statement":{{{members}}}}}"#);
        wrong(&text, Kind::Identity)
    };
    assert_eq!(
        wrong("{", Kind::Identity),
        "This policy contains invalid Json"
    );
    assert_eq!(
        wrong(r#"{"Version":"2012-10-17"}"#, Kind::Identity),
        "Syntax errors in policy."
    );
    assert_eq!(
        wrong(r#"{"Version":"2020-01-01"}"#, Kind::Identity),
        "Policy document must be version 2012-10-17 or greater."
    );
    assert_eq!(
        identity(r#""Effect":"Allow","Resource":"*""#),
        "Policy statement must contain actions."
    );
    assert_eq!(
        identity(r#""Effect":"Allow","Action":"*""#),
        "Policy statement must contain resources."
    );
    assert_eq!(
        identity(r#""Effect":"Allow","Action":"*","Resource":"bucket""#),
        "Resource bucket must be in ARN format or \"*\"."
    );
    assert_eq!(
        identity(r#""Effect":"Allow","Action":"read","Resource":"*""#),
        "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."
    );
    let trust = TRUST.replace("es.amazonaws.com", "es");
    assert_eq!(
        wrong(&trust, Kind::Trust),
        "Invalid principal in policy: \"SERVICE\":\"es\""
    );
    let trust = TRUST.replace("sts:AssumeRole", "es:*");
    assert_eq!(
        wrong(&trust, Kind::Trust),
        "AssumeRole policy may only specify STS AssumeRole actions."
    );
    let trust = TRUST.replace("\"Sid\": \"\"", "\"Resource\": \"*\"");
    assert_eq!(wrong(&trust, Kind::Trust), "Has prohibited field Resource");
}
