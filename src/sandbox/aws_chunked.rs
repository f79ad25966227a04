//! The `aws-chunked` form of S3's uploads: chunks with signatures, and checksums after the last.
//!
//! Invariants: signatures of chunks and checksums are passed over, as are those of whole bodies
//! that a client leaves unsigned.

/// The payload of an upload in chunks; none if it has not that form.
pub(crate) fn decode(mut body: &[u8]) -> Option<Vec<u8>> {
    let mut payload = Vec::new();
    loop {
        let end = body.windows(2).position(|two| two == b"\r\n")?;
        let (line, rest) = (&body[..end], &body[end + 2..]);
        let size = line.split(|byte| *byte == b';').next()?;
        let size = usize::from_str_radix(std::str::from_utf8(size).ok()?, 16).ok()?;
        if size == 0 {
            return Some(payload);
        }
        payload.extend_from_slice(rest.get(..size)?);
        body = rest.get(size..)?.strip_prefix(b"\r\n")?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_joined_and_trailers_passed_over() {
        let body =
            b"5;chunk-signature=ab\r\nhello\r\n1\r\n!\r\n0\r\nx-amz-checksum-crc32:AA==\r\n\r\n";
        assert_eq!(decode(body), Some(b"hello!".to_vec()));
        for wrong in [&b"hello"[..], b"5\r\nhell", b"x\r\n", b"-1\r\n\r\n"] {
            assert_eq!(decode(wrong), None);
        }
    }
}
