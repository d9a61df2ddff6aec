//! STUB
pub mod config_file { use crate::environment::Environment; use crate::error::session::SessionError;
 pub struct ConfigFiles; impl ConfigFiles { pub fn load(_: &Environment) -> Result<Self, SessionError> { Ok(ConfigFiles) } } }
pub mod expand;
pub mod settings { use crate::environment::Environment; use crate::error::report::ErrorFormat; use crate::cli::globals::Globals; use super::config_file::ConfigFiles;
 pub fn error_format(g: &Globals, _: &ConfigFiles, _: &Environment) -> ErrorFormat { g.error_format.unwrap_or_default() }
 pub fn check_auto_prompt(_: &Globals, _: &ConfigFiles, _: &Environment) -> Result<(), crate::error::Error> { Ok(()) } }
pub struct Session { pub parameter_validation: bool, pub output: String }
impl Session { pub fn resolve(_: &config_file::ConfigFiles, _: &crate::environment::Environment, g: &crate::cli::globals::Globals) -> Result<Session, crate::error::session::SessionError> { Ok(Session { parameter_validation: true, output: g.output.clone().unwrap_or("json".into()) }) } }
