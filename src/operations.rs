//! The operations this program has. One file each; a further one is a file and two lines here.

mod connect_custom_key_store;
mod create_custom_key_store;
mod delete_custom_key_store;
mod describe_custom_key_stores;
mod disconnect_custom_key_store;
pub(crate) mod shapes;
mod update_custom_key_store;

use crate::model::Operation;

/// All operations, in alphabetical order of their commands.
pub(crate) static OPERATIONS: &[&Operation] = &[
    &connect_custom_key_store::OPERATION,
    &create_custom_key_store::OPERATION,
    &delete_custom_key_store::OPERATION,
    &describe_custom_key_stores::OPERATION,
    &disconnect_custom_key_store::OPERATION,
    &update_custom_key_store::OPERATION,
];

/// The operation with this command name.
pub(crate) fn by_command(command: &str) -> Option<&'static Operation> {
    // The first letter is the same in both names, and costs less to compare than a name to make.
    let first = |name: &str| name.bytes().next().map(|letter| letter.to_ascii_lowercase());
    let mut operations =
        OPERATIONS.iter().copied().filter(|operation| first(operation.name) == first(command));
    operations.find(|operation| operation.command() == command)
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
