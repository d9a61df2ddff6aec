//! Pages on their way to the output.

use std::mem;
use std::ops::ControlFlow;
use std::rc::Rc;

use super::Plan;
use crate::client::error::ClientError;
use crate::output::Output;
use crate::output::error::Error;
use crate::render::Format;
use crate::value::{Map, Value};

impl Plan {
    /// Fetches pages and shows them: each as it comes where the format is made of lines, else all together.
    ///
    /// What is shown last is never freed: the program ends now, and taking thousands of values apart would cost time.
    ///
    /// # Errors
    /// What `fetch` fails with, and what the output does.
    pub(crate) fn show<E: From<ClientError> + From<Error>>(
        &self,
        first: Map,
        mut fetch: impl FnMut(&Map) -> Result<Value, E>,
        output: &mut Output,
    ) -> Result<(), E> {
        let fetch = |request: &Map| match fetch(request)? {
            Value::Map(map) => Ok(Rc::unwrap_or_clone(map)),
            _ => Ok(Map::new()),
        };
        match output.format() {
            Format::Text => {
                let mut resume_token = None;
                self.run::<E>(first, fetch, |mut page| {
                    let shown = output.show(&self.elements(&page));
                    resume_token = page.resume_token.take();
                    if page.is_last {
                        mem::forget(page);
                    }
                    Ok(shown?)
                })?;
                if let Some(token) = resume_token {
                    let token = Value::map([("NextToken", Value::string(token))]);
                    let _ = output.show(&Value::map([("NextToken", token)]))?;
                }
                Ok(())
            }
            Format::YamlStream => self.run::<E>(first, fetch, |page| {
                let reply = Value::Map(page.reply.into());
                let shown = output.show(&reply);
                if page.is_last {
                    mem::forget(reply);
                }
                Ok(shown?)
            }),
            Format::Json | Format::Table | Format::Yaml | Format::Off => {
                let mut pages = Vec::new();
                self.run::<E>(first, fetch, |page| {
                    pages.push(page);
                    Ok(ControlFlow::Continue(()))
                })?;
                let merged = Value::Map(self.merged(pages).into());
                let shown = output.show(&merged);
                mem::forget(merged);
                Ok(shown.map(drop)?)
            }
        }
    }
}
