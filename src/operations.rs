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
pub(crate) mod describe_key;
mod disconnect_custom_key_store;
pub(crate) mod get_role_credentials;
pub(crate) mod list_keys;
pub(crate) mod remedies;
pub(crate) mod services;
pub(crate) mod shapes;
pub(crate) mod states;
mod update_custom_key_store;

use crate::model::Operation;
use crate::model::send::{Call, Send, SendWith};

/// The commands of `aws kms`, in alphabetical order: the table of each, and what sends it.
pub(crate) static COMMANDS: &[Call] = &[
    kms(&connect_custom_key_store::OPERATION, connect_custom_key_store::send),
    kms(&create_custom_key_store::OPERATION, create_custom_key_store::send),
    kms(&delete_custom_key_store::OPERATION, delete_custom_key_store::send),
    kms(&describe_custom_key_stores::OPERATION, describe_custom_key_stores::send),
    kms(&disconnect_custom_key_store::OPERATION, disconnect_custom_key_store::send),
    kms(&update_custom_key_store::OPERATION, update_custom_key_store::send),
];

const fn kms(operation: &'static Operation, send: SendWith<aws_sdk_kms::Client>) -> Call {
    Call { operation, send: Send::Kms(send) }
}

pub(crate) static CONNECT: &Call = command("ConnectCustomKeyStore");
pub(crate) static DESCRIBE: &Call = command("DescribeCustomKeyStores");
pub(crate) static DISCONNECT: &Call = command("DisconnectCustomKeyStore");
pub(crate) static UPDATE: &Call = command("UpdateCustomKeyStore");

/// The command that calls this operation; there is one, else this does not compile.
const fn command(name: &str) -> &'static Call {
    let mut at = 0;
    while !is_same(COMMANDS[at].operation.name.as_bytes(), name.as_bytes()) {
        at += 1;
    }
    &COMMANDS[at]
}

const fn is_same(a: &[u8], b: &[u8]) -> bool {
    let mut at = 0;
    while at < a.len() && at < b.len() && a[at] == b[at] {
        at += 1;
    }
    at == a.len() && at == b.len()
}

/// The tables of the commands.
pub(crate) fn operations() -> impl Iterator<Item = &'static Operation> {
    COMMANDS.iter().map(|command| command.operation)
}

/// The command of this name.
pub(crate) fn by_command(name: &str) -> Option<&'static Call> {
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
        for operation in operations() {
            let mut options = HashSet::new();
            for member in operation.input {
                assert!(options.insert(member.option()), "{} of {}", member.name, operation.name);
                assert!(member.doc.ends_with('.'), "{} of {}", member.name, operation.name);
            }
            assert!(!operation.doc.is_empty() && !operation.examples.is_empty(), "{}", operation.name);
        }
    }
}
