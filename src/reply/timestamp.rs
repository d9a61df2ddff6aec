//! STUB
/// x
#[derive(Clone, Copy, Debug)]
pub enum TimestampFormat {
    /// x
    Iso8601,
    /// x
    Wire,
}
impl TimestampFormat {
    /// x
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "iso8601" => Some(Self::Iso8601),
            "wire" => Some(Self::Wire),
            _ => None,
        }
    }
}
