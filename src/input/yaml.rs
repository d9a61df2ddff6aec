//! STUB
use crate::value::Value;
#[derive(Debug, thiserror::Error)]
#[error("stub")]
pub struct YamlError;
impl YamlError {
    pub fn is_invalid(&self) -> bool {
        true
    }
}
pub fn parse(_: &str) -> Result<Value, YamlError> {
    Err(YamlError)
}
pub fn parse_bytes(_: &[u8]) -> Result<Value, YamlError> {
    Err(YamlError)
}
