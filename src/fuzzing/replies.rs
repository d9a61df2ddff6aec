//! Replies of services: read through the table of an operation and shown in every format, or reported as an error.

use std::sync::LazyLock;

use aws_smithy_runtime_api::http::Headers;

use super::documents::assert_json;
use super::{PLANT, assert_hidden, choice, parts, planted};
use crate::client::error::ClientError;
use crate::environment::Environment;
use crate::error::Error;
use crate::model::Operation;
use crate::model::parameters::Parameters;
use crate::operations::{
    assume_role, assume_role_with_web_identity, create_o_auth2_token, create_token, describe_key,
    get_role_credentials, list_keys, operations,
};
use crate::output::error_format::ErrorFormat;
use crate::query::Expression;
use crate::render::table::{self, Colour};
use crate::render::{self, Format, Style};
use crate::reply;
use crate::report::error_text;
use crate::timestamp::{TimestampFormat, Timestamps};
use crate::transport::recorder::{Record, Reply};
use crate::value::Value;
use crate::value::json;

const FORMATS: [Format; 5] = [Format::Json, Format::Text, Format::Table, Format::Yaml, Format::YamlStream];

const STATUS: [u16; 16] = [200, 200, 200, 200, 200, 201, 204, 300, 301, 400, 400, 403, 404, 413, 500, 503];

const CONTENT_TYPES: [Option<&str>; 4] =
    [Some("application/x-amz-json-1.1"), Some("application/json; charset=utf-8"), Some("text/xml"), None];

/// The operations of all services.
static OPERATIONS: LazyLock<Vec<&Operation>> = LazyLock::new(|| {
    let others = [
        &assume_role::CALL,
        &assume_role_with_web_identity::CALL,
        &create_o_auth2_token::CALL,
        &create_token::CALL,
        &describe_key::CALL,
        &get_role_credentials::CALL,
        &list_keys::CALL,
    ];
    operations().chain(others.map(|call| call.operation)).collect()
});

/// A reply: what chooses operation, status and type, the header with the error's code, a query, and the body.
pub fn reply(data: &[u8]) {
    let Some(data) = planted(data) else { return };
    let (operation, data) = choice(&data);
    let (kind, data) = choice(data);
    let [code, query, body] = parts(data);
    let operation = OPERATIONS[operation % OPERATIONS.len()];
    let mut headers = Headers::new();
    if let Some(content_type) = CONTENT_TYPES[kind / 16 % CONTENT_TYPES.len()] {
        headers.insert("content-type", content_type);
    }
    if let Ok(code) = std::str::from_utf8(code)
        && !code.is_empty()
    {
        let _ = headers.try_insert("x-amzn-errortype", code.to_owned());
    }
    let reply = Reply {
        status: STATUS[kind % STATUS.len()],
        url: "https://h".to_owned(),
        headers,
        body: body.into(),
    };
    let query = std::str::from_utf8(query).ok().filter(|query| !query.is_empty());
    let environment: Environment = [("TZ", "UTC")].into_iter().collect();
    let timestamps = Timestamps::new(TimestampFormat::Iso8601, &environment);
    match reply::read(operation, &reply, Some(2), &timestamps) {
        Ok(value) => {
            // Those of credentials are never shown.
            if !operation.output.iter().any(|member| member.shape.holds_secret()) {
                assert_json(&value);
            }
            let query = query.and_then(|query| Expression::compile(query).ok());
            assert_shown(&value, query, operation.paginator.is_some());
        }
        Err(error) => {
            let sent = [("KeyStorePassword", Value::secret(PLANT.into()))].into_iter().collect();
            let error = reply::without_secrets(error, &Parameters::new(sent, true), &Record::default());
            let error = Error::from(ClientError::from(error));
            assert_reported(&error);
        }
    }
}

/// Shows a value in all formats. What is JSON or lines is checked to be that.
pub(super) fn assert_shown(value: &Value, query: Option<Expression>, pages: bool) {
    let style = Style { title: "DescribeCustomKeyStores", query, pages };
    for format in FORMATS {
        let mut out = Vec::new();
        let shown = render::write(value, format, &style, || 80, Colour::Off, &mut out);
        let Ok(text) = std::str::from_utf8(&out) else { panic!("{format:?} is not UTF-8") };
        match shown {
            Ok(()) => assert!(text.is_empty() || text.ends_with('\n'), "{format:?} {text:?}"),
            Err(error) => drop(error.to_string()),
        }
        if format == Format::Json && !text.is_empty() {
            assert!(json::parse_reply(text).is_ok(), "{text}");
        }
    }
    for width in [0, 20] {
        let _ = table::write(style.title, value, width, Colour::OnWithResets, &mut Vec::new());
    }
}

/// Nothing of an error in any format is a secret, and as JSON it is JSON.
pub(super) fn assert_reported(error: &Error) {
    let formats = FORMATS.map(ErrorFormat::Structured);
    for format in formats.into_iter().chain([ErrorFormat::Enhanced, ErrorFormat::Legacy]) {
        let text = error_text(error, format, false);
        assert_hidden(&text);
        if format == ErrorFormat::Structured(Format::Json) && error.code().is_some() {
            assert!(json::parse_reply(&text).is_ok(), "{text}");
        }
    }
    error.hint().iter().for_each(|hint| assert_hidden(hint));
}
