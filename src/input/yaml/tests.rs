//! Whole documents, compared with what the reference makes of them.

use super::*;
use crate::value::python;
use proptest::prelude::*;

/// What Python shows of the value, or why there is none.
fn shown(text: &str) -> String {
    match parse(text) {
        Ok(value) => python::repr(&value),
        Err(YamlError::Invalid { reason, .. }) => format!("invalid: {reason:?}"),
        Err(YamlError::Value(error)) => format!("error: {error}"),
    }
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        let _ = parse(&text);
    }
}
