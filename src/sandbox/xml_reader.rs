//! A reader of the XML that requests carry, as JSON.
//!
//! Invariants: an element with elements becomes an object, a repeated one a list, one with text
//! alone a string; attributes, namespaces and comments are passed over. A document type is refused
//! (entities of its own could be endless), and so is what is nested too deeply.

use serde_json::{Map, Value};

/// How deep elements may be nested.
const DEEPEST: usize = 16;

/// The root element's name and content; none if it is not XML.
pub(crate) fn read(text: &str) -> Option<(String, Value)> {
    let mut reader = Reader {
        rest: text.trim_start_matches('\u{feff}'),
    };
    reader.skip_between();
    let root = reader.element(0)?;
    reader.skip_between();
    reader.rest.is_empty().then_some(root)
}

struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    /// Takes what comes before `end`, and `end` itself.
    fn until(&mut self, end: &str) -> Option<&'a str> {
        let (before, after) = self.rest.split_once(end)?;
        self.rest = after;
        Some(before)
    }

    /// Passes over blanks, comments and instructions.
    fn skip_between(&mut self) {
        loop {
            self.rest = self.rest.trim_start();
            let skipped = if self.rest.starts_with("<?") {
                self.until("?>")
            } else if self.rest.starts_with("<!--") {
                self.until("-->")
            } else {
                None
            };
            if skipped.is_none() {
                return;
            }
        }
    }

    fn element(&mut self, depth: usize) -> Option<(String, Value)> {
        if depth > DEEPEST {
            return None;
        }
        self.rest = self.rest.strip_prefix('<')?;
        let tag = self.tag()?;
        let (tag, is_empty) = match tag.strip_suffix('/') {
            Some(tag) => (tag, true),
            None => (tag, false),
        };
        let written = tag.split_whitespace().next()?;
        let name = written.rsplit(':').next()?.to_owned();
        let starts_well = |first: char| first.is_alphabetic() || first == '_';
        if !name.starts_with(starts_well) {
            return None;
        }
        if is_empty {
            return Some((name, Value::from("")));
        }
        let content = self.content(written, depth)?;
        Some((name, content))
    }

    /// The inside of a tag: up to the `>` that is in no quotes.
    fn tag(&mut self) -> Option<&'a str> {
        let mut quote = None;
        let end = self.rest.char_indices().find(|(_, character)| {
            match (quote, character) {
                (None, '"' | '\'') => quote = Some(*character),
                (None, '>') => return true,
                (Some(open), close) if open == *close => quote = None,
                _ => {}
            }
            false
        });
        let (tag, after) = self.rest.split_at(end?.0);
        self.rest = after.strip_prefix('>')?;
        Some(tag)
    }

    /// What is between a tag and its end.
    fn content(&mut self, name: &str, depth: usize) -> Option<Value> {
        let mut text = String::new();
        let mut members = Map::new();
        loop {
            let (before, _) = self.rest.split_once('<')?;
            text.push_str(&unescaped(before)?);
            self.rest = &self.rest[before.len()..];
            if let Some(end) = self.rest.strip_prefix("</") {
                let (closed, after) = end.split_once('>')?;
                self.rest = after;
                if closed.trim_end() != name {
                    return None;
                }
                return Some(if members.is_empty() {
                    Value::from(text)
                } else {
                    Value::Object(members)
                });
            } else if let Some(data) = self.rest.strip_prefix("<![CDATA[") {
                let (data, after) = data.split_once("]]>")?;
                text.push_str(data);
                self.rest = after;
            } else if self.rest.starts_with("<!--") {
                self.until("-->")?;
            } else if self.rest.starts_with("<?") {
                self.until("?>")?;
            } else {
                let (name, value) = self.element(depth + 1)?;
                add(&mut members, name, value);
            }
        }
    }
}

fn add(members: &mut Map<String, Value>, name: String, value: Value) {
    match members.get_mut(&name) {
        None => {
            members.insert(name, value);
        }
        Some(Value::Array(items)) => items.push(value),
        Some(first) => {
            let first = first.take();
            members.insert(name, Value::Array(vec![first, value]));
        }
    }
}

/// A text with its entities resolved.
fn unescaped(text: &str) -> Option<String> {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        plain.push_str(before);
        let (entity, after) = after.split_once(';')?;
        plain.push(match entity {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "apos" => '\'',
            number => {
                let number = number.strip_prefix('#')?;
                let code = match number.strip_prefix('x') {
                    Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                    None => number.parse().ok()?,
                };
                char::from_u32(code)?
            }
        });
        rest = after;
    }
    plain.push_str(rest);
    Some(plain)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn elements_become_members() {
        let text = "<?xml version=\"1.0\"?>\n<!-- rules --><a:Rules xmlns:a='urn:\">x'>\
                    <Rule><ID>1 &lt; 2&#x21;</ID><On/></Rule> <Rule><ID><![CDATA[<b>]]></ID></Rule>\
                    <Last> kept </Last></a:Rules>\n";
        assert_eq!(
            read(text),
            Some((
                "Rules".to_owned(),
                json!({
                    "Rule": [{ "ID": "1 < 2!", "On": "" }, { "ID": "<b>" }],
                    "Last": " kept ",
                })
            ))
        );
    }

    #[test]
    fn what_is_not_xml_is_not_read() {
        let deep = format!("{}{}", "<a>".repeat(20), "</a>".repeat(20));
        for text in [
            "",
            "text",
            "<a>",
            "<a></b>",
            "<a>&nope;</a>",
            "<a/><b/>",
            "<!DOCTYPE a []><a/>",
            "<a b=\"></a>",
            "< a></ a>",
            &deep,
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
