//! Opaque page tokens.
//!
//! Invariants: a token is good only for the request shape that it was made for (operation,
//! Region, filters; the page size may change) and only unharmed; nothing is stored for it, so the
//! next page shows the world as it is then. Page sizes are the services' own.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// What a listing asks for, apart from the place in it.
pub(crate) struct Shape {
    digest: [u8; 8],
}

impl Shape {
    /// The shape of a request: the parts that make it another request when they differ.
    pub(crate) fn new(parts: &[&str]) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            // The length keeps ("ab", "c") and ("a", "bc") apart.
            hash.update(part.len().to_be_bytes());
            hash.update(part.as_bytes());
        }
        Self {
            digest: first_eight(&hash.finalize()),
        }
    }

    /// The token of the page that starts at `offset`.
    pub(crate) fn token(&self, offset: usize) -> String {
        self.sealed(&(offset as u64).to_be_bytes())
    }

    /// The offset that a token of this shape stands for; none for a foreign or harmed one.
    pub(crate) fn offset(&self, token: &str) -> Option<usize> {
        let offset: [u8; 8] = self.opened(token)?.try_into().ok()?;
        u64::from_be_bytes(offset).try_into().ok()
    }

    /// The token of the page that comes after what this text names: where things come and go
    /// between two pages, an offset would leave some out.
    pub(crate) fn token_after(&self, last: &str) -> String {
        self.sealed(last.as_bytes())
    }

    /// What the page of a token comes after; none for a foreign or harmed one.
    pub(crate) fn after(&self, token: &str) -> Option<String> {
        String::from_utf8(self.opened(token)?).ok()
    }

    fn sealed(&self, place: &[u8]) -> String {
        let mut token = place.to_vec();
        token.extend(self.seal(place));
        STANDARD.encode(token)
    }

    fn opened(&self, token: &str) -> Option<Vec<u8>> {
        let mut bytes = STANDARD.decode(token).ok()?;
        let seal = bytes.split_off(bytes.len().checked_sub(8)?);
        (seal == self.seal(&bytes)).then_some(bytes)
    }

    /// Binds a place to the shape.
    fn seal(&self, place: &[u8]) -> [u8; 8] {
        let mut hash = Sha256::new();
        hash.update(self.digest);
        hash.update(place);
        first_eight(&hash.finalize())
    }
}

fn first_eight(hash: &[u8]) -> [u8; 8] {
    let mut digest = [0; 8];
    for (to, from) in digest.iter_mut().zip(hash) {
        *to = *from;
    }
    digest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_brings_its_offset_back() {
        let shape = Shape::new(&["DescribeSnapshots", "us-east-1", "d-1"]);
        assert_eq!(shape.offset(&shape.token(300)), Some(300));
        let token = shape.token_after("d-1/s-1");
        assert_eq!(shape.after(&token).as_deref(), Some("d-1/s-1"));
        let other = Shape::new(&["DescribeSnapshots", "us-east-1", "d-2"]);
        assert_eq!(other.after(&token), None);
    }

    #[test]
    fn foreign_and_harmed_tokens_are_refused() {
        let shape = Shape::new(&["DescribeSnapshots", "us-east-1", "d-1"]);
        let token = shape.token(300);
        assert_eq!(
            Shape::new(&["DescribeSnapshots", "us-east-1", "d-2"]).offset(&token),
            None
        );
        assert_eq!(
            Shape::new(&["DescribeSnapshots", "us-east-1d-1", ""]).offset(&token),
            None
        );
        let harmed = token.replacen(&token[..1], "B", 1);
        for token in [harmed.as_str(), &token[1..], "", "not base64", "AAAA"] {
            assert_eq!(shape.offset(token), None, "{token}");
        }
    }
}
