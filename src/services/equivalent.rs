//! A request as the line that the AWS command line would take, so that what a dialog is about to do
//! can be read, kept and repeated elsewhere.

use crate::domain::{place::Place, text::quoted};

/// `aws SERVICE OPERATION --arguments …`, quoted for a POSIX shell. `None` omits the flag; an
/// empty string writes a flag without a value.
pub(super) fn aws_line(
    service: &str,
    operation: &str,
    arguments: &[(&str, Option<&str>)],
    place: &Place,
) -> String {
    // The one service that the AWS command line calls by another name than its variable does.
    let name = match service {
        "ds" => "DIRECTORY_SERVICE".to_owned(),
        other => other.to_uppercase(),
    };
    let endpoint = place.endpoints.get(&name).or(place.endpoint.as_ref());
    let common = [
        ("region", Some(place.region.as_str())),
        ("profile", place.profile.as_deref()),
        ("endpoint-url", endpoint.map(String::as_str)),
    ];
    let given = arguments.iter().chain(&common);
    let flags = given.filter_map(|(name, value)| {
        Some(match (*value)? {
            "" => format!("--{name}"),
            value => format!("--{name} {}", quoted(value)),
        })
    });
    let words = [format!("aws {service} {operation}")]
        .into_iter()
        .chain(flags);
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::place::{Account, Region};

    #[test]
    fn values_are_quoted_for_a_shell_and_absent_ones_left_out() {
        let place = Place {
            profile: Some("prod".into()),
            account: Account::new("123456789012"),
            region: Region::parse("eu-west-1").unwrap(),
            endpoint: None,
            endpoints: std::collections::BTreeMap::default(),
        };
        let line = aws_line(
            "ds",
            "create-snapshot",
            &[
                ("directory-id", Some("d-9067000001")),
                ("name", Some("it's a test")),
                ("x", None),
                ("dry-run", Some("")),
            ],
            &place,
        );
        assert_eq!(
            line,
            r"aws ds create-snapshot --directory-id d-9067000001 --name 'it'\''s a test' --dry-run --region eu-west-1 --profile prod"
        );
    }
}
