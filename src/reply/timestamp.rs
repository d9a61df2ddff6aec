//! How timestamps of a reply are shown: `cli_timestamp_format`.

/// The formats of timestamps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TimestampFormat {
    /// ISO 8601.
    #[default]
    Iso8601,
    /// As the service sent it.
    Wire,
}

impl TimestampFormat {
    /// The format of this name, which is compared exactly.
    pub fn named(name: &str) -> Option<TimestampFormat> {
        match name {
            "iso8601" => Some(TimestampFormat::Iso8601),
            "wire" => Some(TimestampFormat::Wire),
            _ => None,
        }
    }
}
