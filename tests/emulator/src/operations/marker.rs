//! Opaque markers: where a page ends, and a digest so that only our own markers are taken.

use sha2::{Digest, Sha256};

use crate::error::ServiceError;
use crate::store::Owner;

/// Hexadecimal digits of the digest.
const DIGEST: usize = 16;

/// The marker of a position in a list of this owner.
pub(super) fn marker(owner: &Owner, position: &str) -> String {
    let digest = Sha256::digest(format!("marker/{}/{}/{position}", owner.account, owner.region));
    format!("{position}{}", &hex::encode(digest)[..DIGEST])
}

/// The position in a marker, or InvalidMarkerException.
pub(super) fn position<'a>(owner: &Owner, text: &'a str) -> Result<&'a str, ServiceError> {
    let position = text.len().checked_sub(DIGEST).and_then(|end| text.get(..end));
    position.filter(|position| marker(owner, position) == text).ok_or(ServiceError::InvalidMarker)
}
