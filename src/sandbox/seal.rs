//! Texts that clients carry for the sandbox, and cannot make or change.
//!
//! Invariants: a sealed text is opaque; only what a sandbox sealed for the same purpose is opened.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

/// The length of the seal in front of the text, in bytes.
const LENGTH: usize = 8;

pub(crate) fn seal(purpose: &str, text: &str) -> String {
    let mut sealed = mark(purpose, text.as_bytes()).to_vec();
    sealed.extend(text.as_bytes());
    URL_SAFE_NO_PAD.encode(sealed)
}

/// The text; none if no sandbox sealed it for this purpose.
pub(crate) fn open(purpose: &str, sealed: &str) -> Option<String> {
    let sealed = URL_SAFE_NO_PAD.decode(sealed).ok()?;
    let (found, text) = sealed.split_at_checked(LENGTH)?;
    if found != mark(purpose, text) {
        return None;
    }
    String::from_utf8(text.to_vec()).ok()
}

fn mark(purpose: &str, text: &[u8]) -> [u8; LENGTH] {
    let mut hash = Sha256::new();
    hash.update(purpose.as_bytes());
    hash.update(text);
    let hash = hash.finalize();
    let mut mark = [0; LENGTH];
    for (to, from) in mark.iter_mut().zip(hash) {
        *to = from;
    }
    mark
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sealed_is_opened_and_nothing_else() {
        let sealed = seal("a", "text/é");
        assert_eq!(open("a", &sealed).as_deref(), Some("text/é"));
        assert_eq!(open("b", &sealed), None);
        for other in ["", "AAAA", "not base64!", &sealed[1..]] {
            assert_eq!(open("a", other), None, "{other}");
        }
    }
}
