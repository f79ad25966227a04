//! A writer of XML replies.
//!
//! Invariants: every text is escaped; elements are closed by construction. It knows no service.
//! `item` is what EC2 calls the members of a list.

use std::fmt::{Display, Write as _};

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

/// An XML document that is being written.
pub(crate) struct Xml {
    text: String,
}

impl Xml {
    /// A document with one root element.
    pub(crate) fn document(
        root: &str,
        namespace: Option<&str>,
        fill: impl FnOnce(&mut Self),
    ) -> String {
        let mut xml = Self {
            text: DECLARATION.to_owned(),
        };
        match namespace {
            // Writing to a string cannot fail.
            Some(namespace) => {
                let _ = write!(xml.text, "<{root} xmlns=\"{}\">", escape(namespace));
            }
            None => xml.open(root),
        }
        fill(&mut xml);
        xml.close(root);
        xml.text
    }

    /// An element with content.
    pub(crate) fn element(&mut self, name: &str, fill: impl FnOnce(&mut Self)) {
        self.open(name);
        fill(self);
        self.close(name);
    }

    /// An element with a text.
    pub(crate) fn text(&mut self, name: &str, value: &str) {
        self.element(name, |xml| xml.text.push_str(&escape(value)));
    }

    /// The text of the element that is open.
    pub(crate) fn content(&mut self, value: &str) {
        self.text.push_str(&escape(value));
    }

    /// An element with a text, if there is one.
    pub(crate) fn optional(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.text(name, value);
        }
    }

    /// An element with a number or a truth value.
    pub(crate) fn value(&mut self, name: &str, value: impl Display) {
        // Writing to a string cannot fail; neither numbers nor truth values need escaping.
        let _ = write!(self.text, "<{name}>{value}</{name}>");
    }

    /// A list of `item` elements.
    pub(crate) fn list<T>(
        &mut self,
        name: &str,
        items: impl IntoIterator<Item = T>,
        mut fill: impl FnMut(&mut Self, T),
    ) {
        self.element(name, |xml| {
            for item in items {
                xml.element("item", |xml| fill(xml, item));
            }
        });
    }

    fn open(&mut self, name: &str) {
        let _ = write!(self.text, "<{name}>");
    }

    fn close(&mut self, name: &str) {
        let _ = write!(self.text, "</{name}>");
    }
}

/// The text as XML carries it. Characters that XML 1.0 cannot carry become U+FFFD.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\r' => escaped.push_str("&#13;"),
            '\t' | '\n' => escaped.push(character),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            _ => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_escaped_and_elements_closed() {
        let xml = Xml::document("r", Some("urn:n"), |xml| {
            xml.element("a", |xml| xml.text("b", "1 < 2 & \"3\"\u{1}"));
        });
        assert_eq!(
            xml,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<r xmlns=\"urn:n\"><a><b>1 &lt; 2 &amp; \
             &quot;3&quot;\u{fffd}</b></a></r>"
        );
    }
}
