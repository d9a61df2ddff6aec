//! awsJson1.1 over HTTP: which operation a request names, and what replies look like.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use hyper::{HeaderMap, Response, StatusCode};
use serde_json::{Map, Value, json};

use crate::error::ServiceError;
use crate::operations::Operation;

const CONTENT_TYPE: &str = "application/x-amz-json-1.1";
const TARGET_PREFIX: &str = "TrentService.";

/// The operation that `X-Amz-Target: TrentService.<operation>` names, or UnknownOperationException, also when
/// the content type is not that of awsJson1.1.
pub(crate) fn operation(headers: &HeaderMap) -> Result<Operation, ServiceError> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let content_type = header("content-type").split(';').next().unwrap_or_default().trim();
    let target = header("x-amz-target").strip_prefix(TARGET_PREFIX).unwrap_or_default();
    let named = Operation::ALL.into_iter().find(|operation| operation.name() == target);
    named.filter(|_| content_type.eq_ignore_ascii_case(CONTENT_TYPE)).ok_or(ServiceError::UnknownOperation)
}

/// The JSON object in a request's body; an empty body is an empty object. SerializationException otherwise.
pub(crate) fn object(body: &[u8]) -> Result<Map<String, Value>, ServiceError> {
    if body.is_empty() {
        return Ok(Map::new());
    }
    serde_json::from_slice(body).map_err(|_| ServiceError::NotAnObject)
}

/// The reply to a call: 200 with the output, or the error's status with `__type` and `message`.
pub(crate) fn reply(outcome: &Result<Value, ServiceError>, request_id: &str) -> Response<ReplyBody> {
    match outcome {
        Ok(output) => response(200, output.to_string().into(), request_id),
        Err(error) => {
            let body = json!({"__type": error.code(), "message": error.to_string()});
            response(error.status(), body.to_string().into(), request_id)
        }
    }
}

/// A reply with any status and body. A status outside 100 to 999 becomes 500.
pub(crate) fn response(status: u16, body: Bytes, request_id: &str) -> Response<ReplyBody> {
    let mut response = Response::new(ReplyBody::Whole(Some(body)));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert("content-type", hyper::header::HeaderValue::from_static(CONTENT_TYPE));
    if let Ok(id) = request_id.parse() {
        headers.insert("x-amzn-requestid", id);
    }
    response
}

/// The reply with its full length announced and only `keep` bytes sent.
pub(crate) fn truncated(response: Response<ReplyBody>, keep: usize) -> Response<ReplyBody> {
    response.map(|body| match body {
        ReplyBody::Whole(Some(bytes)) => {
            let kept = bytes.slice(..keep.min(bytes.len()));
            ReplyBody::Cut { announced: bytes.len() as u64, kept: Some(kept), flushed: false }
        }
        other => other,
    })
}

/// The body of a reply.
pub(crate) enum ReplyBody {
    /// Sent as it is.
    Whole(Option<Bytes>),
    /// Ends with an error, which makes the server close the connection.
    Cut { announced: u64, kept: Option<Bytes>, flushed: bool },
}

impl Body for ReplyBody {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        match self.get_mut() {
            Self::Whole(body) => Poll::Ready(body.take().map(|bytes| Ok(Frame::data(bytes)))),
            Self::Cut { kept, flushed, .. } => match kept.take() {
                Some(bytes) => Poll::Ready(Some(Ok(Frame::data(bytes)))),
                None if !*flushed => {
                    // One pause, so that what was given so far is written before the connection breaks.
                    *flushed = true;
                    context.waker().wake_by_ref();
                    Poll::Pending
                }
                None => Poll::Ready(Some(Err(std::io::ErrorKind::ConnectionAborted.into()))),
            },
        }
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(match self {
            Self::Whole(body) => body.as_ref().map_or(0, |bytes| bytes.len() as u64),
            Self::Cut { announced, .. } => *announced,
        })
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Self::Whole(None))
    }
}
