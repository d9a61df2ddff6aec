use super::error::CksError;
use super::{Context, Order};

pub(super) fn run(_order: &Order, _context: &Context) -> Result<u8, CksError> {
    Err(CksError::NotShown)
}
