//! The operations this program has. One file each; a further one is a file and two lines here.

pub mod shapes;
mod update_custom_key_store;

use crate::model::Operation;

/// All operations, in alphabetical order of their commands.
pub static OPERATIONS: &[&Operation] = &[&update_custom_key_store::OPERATION];

/// The operation with this command name.
pub fn by_command(command: &str) -> Option<&'static Operation> {
    OPERATIONS.iter().copied().find(|operation| operation.command() == command)
}
