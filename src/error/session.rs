//! STUB
#[derive(Debug, thiserror::Error)]
#[error("stub")]
pub struct SessionError;
impl SessionError {
    pub fn exit_code(&self) -> u8 {
        255
    }
    pub fn code(&self) -> Option<&str> {
        None
    }
}
