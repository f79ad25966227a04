//! Refusals because of the time: what looks like wrong credentials, and is a clock that is off.
//!
//! AWS accepts a signature for five minutes on either side of its own time (S3 for fifteen), and
//! names both times in most of these messages: `Signature expired: 20260820T115000Z is now earlier than
//! 20260820T120000Z (20260820T120500Z - 5 min.)`.

/// What to say of a refusal because of the time: that the clock is off, and by which times, where AWS
/// says them. `date` is the header of that name in AWS's answer.
pub(super) fn hint(code: &str, message: &str, date: Option<&str>) -> Option<String> {
    let named = matches!(
        code,
        "RequestTimeTooSkewed" | "RequestExpired" | "RequestInTheFuture"
    );
    let said = ["Signature expired", "Signature not yet current"];
    if !named && !said.iter().any(|text| message.contains(text)) {
        return None;
    }
    let times = times(message);
    // The last of them is AWS's own, in parentheses; the first is the one that was signed.
    let both = match (times.first(), times.last()) {
        (Some(ours), Some(theirs)) if times.len() > 1 => {
            format!(" It signed at {ours}, when AWS's clock said {theirs}.")
        }
        _ => date.map_or_else(String::new, |date| format!(" AWS's clock said {date}.")),
    };
    Some(format!(
        "The clock of this machine is off, or the request took very long to arrive; the credentials may \
         well be right.{both} Set the clock (timedatectl shows it) and try again."
    ))
}

/// The moments in a text that are written as signatures have them, readable: `2026-08-20 11:50:00 UTC`.
fn times(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    words
        .filter_map(|word| {
            let (date, time) = word.strip_suffix('Z')?.split_once('T')?;
            let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
            (date.len() == 8 && time.len() == 6 && digits(date) && digits(time)).then(|| {
                format!(
                    "{}-{}-{} {}:{}:{} UTC",
                    &date[..4],
                    &date[4..6],
                    &date[6..],
                    &time[..2],
                    &time[2..4],
                    &time[4..]
                )
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_times_are_said_where_aws_says_them() {
        let message = "Signature expired: 20260820T115000Z is now earlier than 20260820T120000Z (20260820T120500Z - 5 min.)";
        let said = hint("InvalidSignatureException", message, None).unwrap();
        assert!(said.contains("signed at 2026-08-20 11:50:00 UTC"), "{said}");
        assert!(
            said.contains("AWS's clock said 2026-08-20 12:05:00 UTC"),
            "{said}"
        );

        let early = "Signature not yet current: 20260820T130000Z is still later than 20260820T121000Z (20260820T120500Z + 5 min.)";
        assert!(
            hint("SignatureDoesNotMatch", early, None)
                .is_some_and(|said| said.contains("12:05:00"))
        );
    }

    #[test]
    fn where_aws_says_no_time_its_answer_has_one() {
        let date = Some("Thu, 20 Aug 2026 12:05:00 GMT");
        let said = hint("RequestTimeTooSkewed", "The difference is too large.", date).unwrap();
        assert!(
            said.contains("AWS's clock said Thu, 20 Aug 2026 12:05:00 GMT"),
            "{said}"
        );
        assert!(hint("RequestExpired", "", None).is_some_and(|said| said.contains("clock")));
    }

    #[test]
    fn wrong_credentials_are_no_matter_of_time() {
        for (code, message) in [
            (
                "SignatureDoesNotMatch",
                "The request signature we calculated does not match",
            ),
            (
                "ExpiredToken",
                "The security token included in the request is expired",
            ),
        ] {
            assert_eq!(hint(code, message, Some("today")), None);
        }
    }
}
