//! A plan as data for scripts.

use serde::Serialize;
use serde_json::Value as Json;

use super::{Change, Plan, Problem, Step, problems};
use crate::cks::store::State;
use crate::value::python::HIDDEN;
use crate::value::{Map, Value};

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::cks) struct Report<'p> {
    custom_key_store_id: &'p str,
    custom_key_store_name: &'p str,
    custom_key_store_type: &'static str,
    connection_state: &'p str,
    changes: Vec<Row<'p>>,
    keys_out_of_reach: bool,
    steps: Vec<&'static str>,
    problems: Vec<Obstacle<'p>>,
    request: Json,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Row<'p> {
    member: &'static str,
    from: Option<&'p str>,
    to: Option<&'p str>,
    secret: bool,
    unchanged: bool,
    needs_disconnect: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Obstacle<'p> {
    member: Option<&'static str>,
    rule: &'static str,
    message: &'p str,
    stops: bool,
}

impl Plan {
    /// The plan as data, without secrets.
    pub(in crate::cks) fn report(&self) -> Report<'_> {
        let request = self.request.as_ref().map(|request| Value::Map(request.clone().into()));
        Report {
            custom_key_store_id: &self.store.id,
            custom_key_store_name: &self.store.name,
            custom_key_store_type: self.store.kind.name(),
            connection_state: self.store.state.name(),
            changes: self.changes.iter().map(Row::of).collect(),
            keys_out_of_reach: self.takes_keys_out_of_reach(),
            steps: self.steps.iter().map(|step| step.name()).collect(),
            problems: self.problems.iter().map(Obstacle::of).collect(),
            request: request.as_ref().map_or(Json::Null, |request| shown("", request)),
        }
    }

    /// Whether keys that can be used now cannot be used at some time of the way.
    pub(in crate::cks) fn takes_keys_out_of_reach(&self) -> bool {
        let is_usable = matches!(self.store.state, State::Connected | State::Connecting);
        is_usable && self.steps.contains(&Step::Disconnect)
    }
}

impl Row<'_> {
    fn of(change: &Change) -> Row<'_> {
        Row {
            member: change.member.name,
            from: change.from.as_deref(),
            to: change.to.as_deref(),
            secret: change.member.shape.holds_secret(),
            unchanged: change.unchanged,
            needs_disconnect: change.needs_disconnect,
        }
    }
}

impl Obstacle<'_> {
    fn of(problem: &Problem) -> Obstacle<'_> {
        let Problem { member, rule, message, stops } = problem;
        Obstacle { member: *member, rule, message, stops: *stops }
    }
}

/// A request without secrets, as JSON in lines.
pub(crate) fn request(request: &Map) -> String {
    let shown = shown("", &Value::Map(request.clone().into()));
    serde_json::to_string_pretty(&shown).unwrap_or_default()
}

/// A value of the request. The identifier of a credential is no secret, if it is one.
fn shown(name: &str, value: &Value) -> Json {
    match value {
        Value::Map(map) => {
            Json::Object(map.iter().map(|(name, value)| (name.to_string(), shown(name, value))).collect())
        }
        Value::String(text) => Json::from(&**text),
        secret => {
            let id =
                secret.exposed().filter(|id| name == "AccessKeyId" && problems::can_be_access_key_id(id));
            Json::from(id.unwrap_or(HIDDEN))
        }
    }
}
