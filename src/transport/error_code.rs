//! Where a reply names its error: each protocol has its own place.

use super::recorder::Reply;
use crate::model::Protocol;
use crate::value::{Map, Value, json, xml};

impl Reply {
    /// The error code that a reply names, if it is a text.
    pub(crate) fn error_code(&self, protocol: Protocol) -> Option<String> {
        if protocol == Protocol::Query {
            return self.code_in(protocol, xml::error(&xml::parse(self.bytes()).ok()?)?);
        }
        let body = std::str::from_utf8(self.bytes()).ok().and_then(|text| json::parse_reply(text).ok());
        self.code_in(protocol, body.as_ref().and_then(Value::as_map).unwrap_or(&Map::new()))
    }

    /// The error code that a reply with these members names. In JSON they are the members of the body, in XML those of its
    /// element `Error`.
    ///
    /// [`Protocol::AwsJson`]: the code in the header `x-amzn-query-error`, otherwise the member `__type`.
    /// [`Protocol::RestJson`]: the header `x-amzn-errortype`, otherwise the member `code` or `Code`, otherwise as
    /// before. [`Protocol::Query`]: the element `Code`. In JSON a code ends before its first `:` and begins after its last
    /// `#`.
    pub(crate) fn code_in(&self, protocol: Protocol, error: &Map) -> Option<String> {
        let member = |name| error.get(name).and_then(Value::as_str);
        let own = match protocol {
            Protocol::Query => return member("Code").map(str::to_owned),
            Protocol::AwsJson => None,
            Protocol::RestJson => {
                self.header("x-amzn-errortype").or_else(|| member("code")).or_else(|| member("Code"))
            }
        };
        own.or_else(|| self.query_error()).or_else(|| member("__type")).map(bare)
    }

    /// The code in `x-amzn-query-error: code;type`. Headers of another form, or more than one, count for nothing.
    fn query_error(&self) -> Option<&str> {
        let mut headers = self.headers.get_all("x-amzn-query-error");
        let (Some(error), None) = (headers.next(), headers.next()) else { return None };
        let (code, kind) = error.split_once(';')?;
        (!code.is_empty() && !kind.contains(';')).then_some(code)
    }
}

/// `com.amazonaws.kms#Slow:http://…` is the code `Slow`.
fn bare(code: &str) -> String {
    let code = code.split(':').next().unwrap_or_default();
    code.rsplit('#').next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use aws_smithy_runtime_api::http::Headers;

    use super::*;

    fn code(protocol: Protocol, header: Option<(&str, &str)>, body: &str) -> Option<String> {
        let mut headers = Headers::new();
        header.map(|(name, value)| headers.insert(name.to_owned(), value.to_owned()));
        let reply = Reply { status: 400, url: String::new(), headers, body: body.into() };
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
        let mut headers = Headers::new();
        headers.append("x-amzn-query-error", "A;Sender");
        headers.append("x-amzn-query-error", "B;Sender");
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
