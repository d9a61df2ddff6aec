//! Secrets that are asked for: `prompt://` in place of the value.

use std::io;
use std::rc::Rc;

use secrecy::ExposeSecret;

use super::error::CksError;
use crate::cli::Invocation as Changes;
use crate::client::error::ClientError;
use crate::input::prompt::{self, Echo, PromptError};
use crate::model::{Member, Shape};
use crate::operations::UPDATE;
use crate::transport::runtime::Runtime;
use crate::value::{Map, Value};

/// The value that asks for a secret.
const PROMPT: &str = "prompt://";

/// The characters of the longest secret.
const LONGEST: usize = 64;

/// Why a secret is not asked for, or there is no answer. Exit code 252. Each names an option, or a member of a structure.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SecretError {
    #[error("prompt:// asks for secrets only, and {0} is none.")]
    NoSecret(String),
    #[error("prompt:// stands for one secret: {0} AccessKeyId=...,RawSecretAccessKey=prompt://")]
    Structure(String),
    #[error("The value of {0} begins with prompt://, which asks for a secret when nothing follows it.")]
    Longer(String),
    #[error(
        "There is no terminal to ask for {name}. {} reads it from stdin, and {} from a file.",
        from_file(name, "-"),
        from_file(name, "path")
    )]
    NoTerminal { name: String },
    #[error("Nothing was typed for {0}.")]
    Empty(String),
    #[error("What was typed for {name} cannot be read: {reason}.")]
    Unreadable { name: String, reason: io::ErrorKind },
}

fn from_file(name: &str, path: &str) -> String {
    let sign = if name.starts_with('-') { " " } else { "@=" };
    format!("{name}{sign}file://{path}")
}

/// # Errors
/// An option that takes a structure has `prompt://`.
pub(super) fn check(changes: &Changes) -> Result<(), SecretError> {
    for member in UPDATE.operation.input {
        let word = changes.options.get(member.name).and_then(Option::as_ref);
        let asks = word.is_some_and(|word| word.text.starts_with(PROMPT));
        if asks && matches!(member.shape, Shape::Structure(_)) {
            return Err(SecretError::Structure(member.option()));
        }
    }
    Ok(())
}

/// The changes with a good answer in place of each `prompt://`: what is wrong with them is wrong before anything is asked.
///
/// # Errors
/// A value that is no secret would be asked for.
pub(super) fn assumed(changes: Map) -> Result<Map, CksError> {
    let answer = |_: &Member, _| Ok(Value::secret("*".repeat(LONGEST).into()));
    replaced(changes, UPDATE.operation.input, Member::option, &answer)
}

/// The changes with an answer in place of each `prompt://`, wherever that was given. `store` is named in the questions.
///
/// # Errors
/// No terminal, no answer, an interrupt; those of [`assumed`].
pub(super) fn asked(changes: Map, store: &str, runtime: &Runtime) -> Result<Map, CksError> {
    let ask = |member: &Member, name: String| -> Result<Value, CksError> {
        let question = format!("{} for {}: ", called(member), store.escape_debug());
        let answer = prompt::ask(&question, Echo::Hidden, runtime).map_err(ClientError::from)?;
        match answer {
            Ok(answer) if answer.expose_secret().is_empty() => Err(SecretError::Empty(name)),
            Ok(answer) => Ok(Value::Secret(Rc::new(answer))),
            Err(PromptError::NoTerminal) => Err(SecretError::NoTerminal { name }),
            Err(PromptError::NoAnswer) => Err(SecretError::Empty(name)),
            Err(PromptError::Unreadable(reason)) => Err(SecretError::Unreadable { name, reason }),
        }
        .map_err(CksError::from)
    };
    replaced(changes, UPDATE.operation.input, Member::option, &ask)
}

/// A structure with what `ask` returns in place of each `prompt://`. `named` is how a member is shown.
fn replaced(
    given: Map,
    members: &[Member],
    named: fn(&Member) -> String,
    ask: &dyn Fn(&Member, String) -> Result<Value, CksError>,
) -> Result<Map, CksError> {
    let mut found = Map::new();
    for (name, value) in given.into_entries() {
        let member = members.iter().find(|member| *member.name == *name);
        let text = value.exposed().filter(|text| text.starts_with(PROMPT));
        let value = match (member, &value, text) {
            (Some(Member { shape: Shape::Structure(members), .. }), Value::Map(inner), _) => {
                let inner = replaced((**inner).clone(), members, |member| member.name.to_owned(), ask)?;
                Value::Map(inner.into())
            }
            (Some(member), _, Some(PROMPT)) if member.shape.is_secret() => ask(member, named(member))?,
            (Some(member), _, Some(PROMPT)) => return Err(SecretError::NoSecret(named(member)).into()),
            (Some(member), _, Some(_)) if member.shape.is_secret() => {
                return Err(SecretError::Longer(named(member)).into());
            }
            _ => value,
        };
        found.insert(name, value);
    }
    Ok(found)
}

/// What people call the secret of a member.
fn called(member: &Member) -> &'static str {
    match member.name {
        "KeyStorePassword" => "Key store password of the kmsuser",
        "AccessKeyId" => "Access key ID of the proxy",
        "RawSecretAccessKey" => "Raw secret access key of the proxy",
        name => name,
    }
}
