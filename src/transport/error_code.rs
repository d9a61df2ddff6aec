//! Where a reply names its error: each protocol has its own place.

use super::recorder::Reply;
use crate::model::Protocol;
use crate::value::{json, xml};

impl Reply {
    /// The error code that a reply names, if it is a text.
    ///
    /// [`Protocol::AwsJson`]: the code in the header `x-amzn-query-error`, otherwise the member `__type` of the body.
    /// [`Protocol::RestJson`]: the header `x-amzn-errortype`, otherwise the member `code` or `Code`, otherwise as
    /// before. [`Protocol::Query`]: the element `Code` in `Error`. In JSON a code ends before its first `:` and begins
    /// after its last `#`.
    pub(crate) fn error_code(&self, protocol: Protocol) -> Option<String> {
        let body = |name: &str| {
            let body = json::parse_reply(std::str::from_utf8(self.bytes()).ok()?).ok()?;
            body.as_map()?.get(name)?.as_str().map(str::to_owned)
        };
        let json = || self.query_error().or_else(|| body("__type")).map(|code| bare(&code));
        match protocol {
            Protocol::AwsJson => json(),
            Protocol::RestJson => match self.header("x-amzn-errortype") {
                Some(code) => Some(bare(code)),
                None => body("code").or_else(|| body("Code")).map(|code| bare(&code)).or_else(json),
            },
            Protocol::Query => {
                let document = xml::parse(self.bytes()).ok()?;
                xml::error(&document)?.get("Code")?.as_str().map(str::to_owned)
            }
        }
    }

    /// The code in `x-amzn-query-error: code;type`. Headers of another form, or more than one, count for nothing.
    fn query_error(&self) -> Option<String> {
        let mut headers = self.headers.iter().filter(|(name, _)| name == "x-amzn-query-error");
        let (Some((_, error)), None) = (headers.next(), headers.next()) else { return None };
        let (code, kind) = error.split_once(';')?;
        (!code.is_empty() && !kind.contains(';')).then(|| code.to_owned())
    }
}

/// `com.amazonaws.kms#Slow:http://…` is the code `Slow`.
fn bare(code: &str) -> String {
    let code = code.split(':').next().unwrap_or_default();
    code.rsplit('#').next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(protocol: Protocol, header: Option<(&str, &str)>, body: &str) -> Option<String> {
        let headers = header.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let reply = Reply {
            status: 400,
            url: String::new(),
            headers: headers.into_iter().collect(),
            body: body.into(),
        };
        reply.error_code(protocol)
    }

    #[test]
    fn a_code_stands_between_colon_and_hash_unless_the_header_names_one() {
        let header = "x-amzn-query-error";
        let code = |query_error: Option<&str>, body| {
            code(Protocol::AwsJson, query_error.map(|error| (header, error)), body)
        };
        assert_eq!(code(None, r#"{"__type":"a.b#c#Slow:http://x#y"}"#).as_deref(), Some("Slow"));
        assert_eq!(code(Some("Query;Sender"), r#"{"__type":"Slow"}"#).as_deref(), Some("Query"));
        assert_eq!(code(Some("A;"), r#"{"__type":"Slow"}"#).as_deref(), Some("A"));
        assert_eq!(code(Some("a#b:c;Sender"), "{}").as_deref(), Some("b"));
        for no_code in ["Query", ";Sender", ";", "", "A;B;C", "A;B;"] {
            assert_eq!(code(Some(no_code), r#"{"__type":"Slow"}"#).as_deref(), Some("Slow"), "{no_code}");
        }
        for body in ["", "[]", "{", r#"{"__type":5}"#, r#"{"code":"Slow"}"#] {
            assert_eq!(code(None, body), None, "{body}");
        }
    }

    #[test]
    fn a_query_error_that_is_given_twice_is_none() {
        let header = |error: &str| ("x-amzn-query-error".to_owned(), error.to_owned());
        let headers = vec![header("A;Sender"), header("B;Sender")];
        let reply = Reply { status: 400, url: String::new(), headers, body: r#"{"__type":"Slow"}"#.into() };
        assert_eq!(reply.error_code(Protocol::AwsJson).as_deref(), Some("Slow"));
    }

    #[test]
    fn rest_json_has_a_header_of_its_own() {
        let header = Some(("x-amzn-errortype", "ns#Forbidden:http://x"));
        let code = |header, body| code(Protocol::RestJson, header, body);
        assert_eq!(code(header, r#"{"__type":"Slow"}"#).as_deref(), Some("Forbidden"));
        assert_eq!(code(None, r#"{"__type":"Slow","code":"a#Fast"}"#).as_deref(), Some("Fast"));
        assert_eq!(code(None, r#"{"__type":"a#Slow"}"#).as_deref(), Some("Slow"));
    }

    #[test]
    fn query_names_it_in_xml() {
        let code = |body| code(Protocol::Query, None, body);
        assert_eq!(code("<E xmlns='u'><Error><Type/><Code>Slow</Code></Error></E>").as_deref(), Some("Slow"));
        assert_eq!(code("<E><Errors><Error><Code>Slow</Code></Error></Errors></E>").as_deref(), Some("Slow"));
        for body in [
            "",
            "{}",
            "<E/>",
            "<E><Error/></E>",
            "<E><Error><Code><X/></Code></Error></E>",
            "<E><Error><Code>S",
        ] {
            assert_eq!(code(body), None, "{body}");
        }
    }
}
