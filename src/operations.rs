//! The operations this program has. One file each; a further one is a file and two lines here.

mod connect_custom_key_store;
mod create_custom_key_store;
mod delete_custom_key_store;
mod describe_custom_key_stores;
mod disconnect_custom_key_store;
pub mod shapes;
mod update_custom_key_store;

use crate::model::Operation;

/// All operations, in alphabetical order of their commands.
pub static OPERATIONS: &[&Operation] = &[
    &connect_custom_key_store::OPERATION,
    &create_custom_key_store::OPERATION,
    &delete_custom_key_store::OPERATION,
    &describe_custom_key_stores::OPERATION,
    &disconnect_custom_key_store::OPERATION,
    &update_custom_key_store::OPERATION,
];

/// The operation with this command name.
pub fn by_command(command: &str) -> Option<&'static Operation> {
    // The first letter is the same in both names, and costs less to compare than a name to make.
    let first = |name: &str| name.bytes().next().map(|letter| letter.to_ascii_lowercase());
    let mut operations =
        OPERATIONS.iter().copied().filter(|operation| first(operation.name) == first(command));
    operations.find(|operation| operation.command() == command)
}
