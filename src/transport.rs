//! STUB
pub type Sending<'a> = std::pin::Pin<Box<dyn std::future::Future<Output = ()> + 'a>>;
pub fn outcome<T, E>(_: Result<T, E>) {}
pub mod recorder { pub struct Reply { pub status: u16, pub query_error: Option<String>, pub request_id: Option<String>, pub body: Vec<u8> } }
