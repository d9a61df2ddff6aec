//! How operations are sent: through the SDK's typed builder, by a client of the service. Nothing reads what the SDK makes of
//! the reply; a recorder keeps its bytes.

use std::error::Error;
use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::result::SdkError;

use super::Operation;
use super::parameters::Parameters;

/// An operation's table and the function that sends it.
pub(crate) struct Call {
    pub(crate) operation: &'static Operation,
    pub(crate) send: Send,
}

/// The function that sends an operation, by the client that it takes.
pub(crate) enum Send {
    Kms(SendWith<aws_sdk_kms::Client>),
    Sts(SendWith<aws_sdk_sts::Client>),
    Sso(SendWith<aws_sdk_sso::Client>),
    SsoOidc(SendWith<aws_sdk_ssooidc::Client>),
    Signin(SendWith<aws_sdk_signin::Client>),
}

pub(crate) type SendWith<Client> = for<'a> fn(&'a Client, &'a Parameters) -> Sending<'a>;

/// A request on its way. It succeeds when there is a reply, whatever that says.
pub(crate) type Sending<'a> = Pin<Box<dyn Future<Output = Result<(), BoxError>> + 'a>>;

/// What became of a request: whether there is a reply.
///
/// # Errors
/// The SDK's reason why there is none.
pub(crate) fn outcome<T, E, R>(result: Result<T, SdkError<E, R>>) -> Result<(), BoxError>
where
    E: Error + std::marker::Send + Sync + 'static,
    R: Debug + std::marker::Send + Sync + 'static,
{
    match result {
        Ok(_) | Err(SdkError::ServiceError(_) | SdkError::ResponseError(_)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
