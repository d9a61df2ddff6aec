//! STUB
#[derive(Debug, thiserror::Error)]
#[error("stub")]
pub struct TransportError;
impl TransportError { pub fn hint(&self) -> Option<String> { None } }
