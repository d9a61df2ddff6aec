//! The operations that this program sends. One file each: its table, which is pure data, and its `send`. A further command is
//! a file and two lines here.

pub(crate) mod assume_role;
pub(crate) mod assume_role_with_web_identity;
mod connect_custom_key_store;
mod create_custom_key_store;
pub(crate) mod create_o_auth2_token;
pub(crate) mod create_token;
mod delete_custom_key_store;
mod describe_custom_key_stores;
mod disconnect_custom_key_store;
pub(crate) mod get_role_credentials;
pub(crate) mod services;
pub(crate) mod shapes;
mod update_custom_key_store;

use std::error::Error;
use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::result::SdkError;

use crate::model::Operation;
use crate::model::parameters::Parameters;

/// A command of `aws kms`: the operation and the function that sends it.
#[derive(Clone, Copy)]
pub(crate) struct Command {
    pub(crate) operation: &'static Operation,
    pub(crate) send: Send,
}

/// All commands, in alphabetical order.
pub(crate) const COMMANDS: &[Command] = &[
    Command {
        operation: &connect_custom_key_store::OPERATION,
        send: Send::Kms(connect_custom_key_store::send),
    },
    Command {
        operation: &create_custom_key_store::OPERATION,
        send: Send::Kms(create_custom_key_store::send),
    },
    Command {
        operation: &delete_custom_key_store::OPERATION,
        send: Send::Kms(delete_custom_key_store::send),
    },
    Command {
        operation: &describe_custom_key_stores::OPERATION,
        send: Send::Kms(describe_custom_key_stores::send),
    },
    Command {
        operation: &disconnect_custom_key_store::OPERATION,
        send: Send::Kms(disconnect_custom_key_store::send),
    },
    Command {
        operation: &update_custom_key_store::OPERATION,
        send: Send::Kms(update_custom_key_store::send),
    },
];

/// The operations of all commands, in the same order.
pub(crate) static OPERATIONS: &[&Operation] = &{
    let mut operations = [COMMANDS[0].operation; COMMANDS.len()];
    let mut index = 1;
    while index < COMMANDS.len() {
        operations[index] = COMMANDS[index].operation;
        index += 1;
    }
    operations
};

/// How an operation is sent: through the SDK's typed builder, by a client of its service. Nothing reads what the SDK makes of
/// the reply; a recorder keeps its bytes.
#[derive(Clone, Copy)]
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

/// The operation of the command of this name.
pub(crate) fn by_command(name: &str) -> Option<&'static Operation> {
    command(name).map(|command| command.operation)
}

/// The command of this name.
pub(crate) fn command(name: &str) -> Option<&'static Command> {
    // The first letter is the same in both names, and costs less to compare than a name to make.
    let first = |name: &str| name.bytes().next().map(|letter| letter.to_ascii_lowercase());
    let mut commands = COMMANDS.iter().filter(|command| first(command.operation.name) == first(name));
    commands.find(|command| command.operation.command() == name)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn options_of_an_operation_differ_from_each_other_and_everything_has_a_description() {
        for operation in OPERATIONS {
            let mut options = HashSet::new();
            for member in operation.input {
                assert!(options.insert(member.option()), "{} of {operation:?}", member.name);
                assert!(member.doc.ends_with('.'), "{} of {operation:?}", member.name);
            }
            assert!(!operation.doc.is_empty() && !operation.examples.is_empty(), "{operation:?}");
        }
    }
}
