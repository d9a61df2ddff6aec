//! What KMS would refuse of a change, as far as that can be seen beforehand.

use super::make::{
    self, CONNECTIVITY, CREDENTIAL, ENDPOINT, NAME, OWNER, PATH, PUBLIC, SERVICE, VPC, access_key_id,
};
use super::{Change, Problem, Step, pattern};
use crate::cks::store::{Kind, State, Store};
use crate::model::{Member, Shape, Text};
use crate::value::{Map, Value};

const CLUSTER: &str = "CloudHsmClusterId";
const ACCESS_KEY_ID: &str = "AccessKeyId";

/// The most characters that are shown of what should be one of several values.
const LONGEST_CHOICE: usize = 64;

/// What a value of a member is, for those who do not read patterns.
const WORDS: [(&str, &str); 7] = [
    (CLUSTER, "must be cluster- and 11 to 16 letters or digits from 2 to 7"),
    (ENDPOINT, "must be https:// and a host name, without port and path"),
    (PATH, "must be /kms/xks/v and one or two digits, perhaps with a prefix such as /example"),
    (SERVICE, "must be like com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0"),
    (OWNER, "must be the twelve digits of an account"),
    (ACCESS_KEY_ID, "must be of capital letters and the digits from 2 to 7"),
    ("RawSecretAccessKey", "must be of letters, digits and the characters / + ="),
];

/// What is changed together with a secret cannot be put back, should the store not connect with it.
pub(super) fn no_way_back(changes: &[Change], steps: &[Step]) -> Option<Problem> {
    let (secrets, others): (Vec<_>, Vec<_>) = changes
        .iter()
        .filter(|change| !change.unchanged)
        .map(|change| change.member)
        .partition(|member| member.shape.holds_secret());
    let secret = secrets.first().filter(|_| !others.is_empty() && steps.contains(&Step::Connect))?;
    let message = format!(
        "If the store does not connect with this, nothing of it is put back: KMS does not show the old secret. Change {} on its own.",
        secret.name
    );
    Some(Problem { stops: false, ..Problem::new(Some(secret.name), "no-way-back", message) })
}

/// A change, and what it is judged by.
pub(super) struct Judged<'a> {
    pub(super) asked: &'a Map,
    pub(super) changes: &'a [Change],
    pub(super) stores: &'a [Store],
    /// The place of the store among them.
    pub(super) at: usize,
    pub(super) store: &'a Store,
}

impl Judged<'_> {
    pub(super) fn problems(&self) -> Vec<Problem> {
        let mut problems: Vec<Problem> = self.state().into_iter().collect();
        for change in self.changes {
            let name = change.member.name;
            let Some(value) = self.asked.get(name).filter(|_| !change.unchanged) else { continue };
            match self.foreign(name) {
                Some(problem) => problems.push(problem),
                None => in_value(change.member, value, &mut problems),
            }
        }
        if self.store.kind == Kind::External {
            problems.extend(self.companions());
            problems.extend(self.same_identifier());
        }
        problems.extend(self.in_use());
        problems
    }

    fn state(&self) -> Option<Problem> {
        let State::Other(state) = &self.store.state else { return None };
        let message = format!("Nothing is known of the state {state}: no step can be planned from it.");
        Some(Problem::new(None, "state", message))
    }

    /// A member that stores of another type have.
    fn foreign(&self, member: &'static str) -> Option<Problem> {
        let kind = match member {
            NAME => return None,
            member if member.starts_with("Xks") => Kind::External,
            _ => Kind::CloudHsm,
        };
        let article = |kind| if kind == Kind::External { "an" } else { "a" };
        let own = self.store.kind;
        let message = format!(
            "{member} is for {} key stores, and {} is {} {} key store.",
            kind.words(),
            self.store.name,
            article(own),
            own.words()
        );
        (kind != own).then(|| Problem::new(Some(member), "type", message))
    }

    /// What a member will be.
    fn after(&self, member: &str) -> Option<&str> {
        let asked = self.asked.get(member).and_then(Value::as_str);
        asked.or_else(|| self.store.current(member)).filter(|value| !value.is_empty())
    }

    /// Whether one of these members becomes another.
    fn changes_any(&self, members: &[&str]) -> bool {
        self.changes.iter().any(|change| !change.unchanged && members.contains(&change.member.name))
    }

    fn companions(&self) -> Vec<Problem> {
        let connectivity = self.after(CONNECTIVITY);
        let mut problems = Vec::new();
        if connectivity == Some(VPC) && self.changes_any(&[CONNECTIVITY]) && self.after(SERVICE).is_none() {
            let message = format!("{SERVICE} is missing: {VPC} needs it and an endpoint.");
            problems.push(Problem::new(Some(SERVICE), "companion", message));
        }
        let endpoint = self.after(ENDPOINT).filter(|_| self.changes_any(&[CONNECTIVITY]));
        if let Some(endpoint) = endpoint.filter(|endpoint| self.store.current(ENDPOINT) == Some(endpoint)) {
            let message = format!(
                "The endpoint stays {endpoint}. By its documentation KMS wants a new one with another connectivity, and may refuse this."
            );
            problems.push(Problem { stops: false, ..Problem::new(Some(ENDPOINT), "same-endpoint", message) });
        }
        let is_given = |member: &&&str| {
            self.asked.get(member).and_then(Value::as_str).is_some_and(|value| !value.is_empty())
        };
        if connectivity == Some(PUBLIC) {
            problems.extend([SERVICE, OWNER].iter().filter(is_given).map(|member| {
                let message = format!("{member} is for the connectivity {VPC}, not for {PUBLIC}.");
                Problem::new(Some(member), "companion", message)
            }));
        }
        problems
    }

    /// A credential may be made again with the identifier that it has, so this does not stop anything.
    fn same_identifier(&self) -> Option<Problem> {
        let id = access_key_id(self.asked.get(CREDENTIAL)?)?;
        let current = self.store.access_key_id();
        let message = format!(
            "The credential has the AccessKeyId that KMS has now, {id}. That is right only if the proxy has a new secret key for it."
        );
        let problem = Problem::new(Some(CREDENTIAL), "same-access-key-id", message);
        (current == Some(id)).then_some(Problem { stops: false, ..problem })
    }

    /// What only one store of the account and Region may have.
    fn in_use(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (member, what) in [(NAME, "name"), (CLUSTER, "cluster"), (SERVICE, "VPC endpoint service")] {
            let value =
                self.after(member).filter(|_| self.changes_any(&[member]) && self.foreign(member).is_none());
            let owner =
                value.and_then(|value| self.others().find(|other| other.current(member) == Some(value)));
            if let (Some(value), Some(owner)) = (value, owner) {
                let message = format!("{value} is the {what} of {} already.", named(owner));
                problems.push(Problem::new(Some(member), "unique", message));
            }
        }
        if self.store.kind == Kind::External && self.changes_any(&[ENDPOINT, PATH, CONNECTIVITY]) {
            problems.extend(self.address_in_use());
        }
        problems
    }

    /// Public stores share an endpoint with different paths, others share none.
    fn address_in_use(&self) -> Option<Problem> {
        let (endpoint, path) = (self.after(ENDPOINT)?, self.after(PATH)?);
        let mut beside = self.others().filter(|other| other.current(ENDPOINT) == Some(endpoint));
        let is_vpc = self.after(CONNECTIVITY) == Some(VPC);
        let conflicts = |other: &&Store| {
            is_vpc || other.current(CONNECTIVITY) == Some(VPC) || other.current(PATH) == Some(path)
        };
        let other = beside.find(conflicts)?;
        let (member, message) = if other.current(PATH) == Some(path) {
            let member = if self.changes_any(&[ENDPOINT]) { ENDPOINT } else { PATH };
            (member, format!("{endpoint}{path} is the address of the proxy of {} already.", named(other)))
        } else {
            let vpc = if is_vpc { self.store } else { other };
            let message = format!(
                "{endpoint} is the endpoint of {} already, and nothing shares that of {} with {VPC}.",
                named(other),
                vpc.name
            );
            (ENDPOINT, message)
        };
        Some(Problem::new(Some(member), "unique", message))
    }

    fn others(&self) -> impl Iterator<Item = &Store> {
        self.stores.iter().enumerate().filter(|(at, _)| *at != self.at).map(|(_, other)| other)
    }
}

impl Problem {
    fn new(member: Option<&'static str>, rule: &'static str, message: String) -> Problem {
        Problem { member, rule, message, stops: true }
    }
}

fn named(store: &Store) -> String {
    format!("{} ({})", store.name, store.id)
}

/// Whether a text can be the identifier in a credential. One that cannot may be the secret key in its place.
pub(crate) fn can_be_access_key_id(text: &str) -> bool {
    let mut problems = Vec::new();
    let members = make::credential_members().iter().filter(|member| member.name == ACCESS_KEY_ID);
    members.for_each(|member| in_value(member, &Value::string(text), &mut problems));
    problems.is_empty()
}

/// Lengths, patterns and enumerations. Least lengths are checked before.
pub(crate) fn in_value(member: &'static Member, value: &Value, problems: &mut Vec<Problem>) {
    match (member.shape, value) {
        (Shape::Structure(members), Value::Map(map)) => {
            for member in members.iter() {
                map.get(member.name).into_iter().for_each(|value| in_value(member, value, problems));
            }
        }
        (Shape::String(text), value) => {
            let is_none = text.empty_beside.is_some() && value.exposed() == Some("");
            let value = value.exposed().filter(|_| !is_none);
            let found = value.and_then(|value| in_text(member.name, text, value));
            problems.extend(found.map(|(rule, message)| Problem::new(Some(member.name), rule, message)));
        }
        _ => {}
    }
}

fn in_text(name: &str, text: &Text, value: &str) -> Option<(&'static str, String)> {
    let length = value.chars().count();
    if let Some(max) = text.max.filter(|max| length > *max) {
        let is_swapped = name == ACCESS_KEY_ID && length >= 43;
        let exchanged = if is_swapped { " Are the identifier and the secret key exchanged?" } else { "" };
        let message = format!("{name} has {length} characters, and {max} are the most.{exchanged}");
        return Some(("length", message));
    }
    if !text.values.is_empty() && !text.values.contains(&value) {
        let given: String = value.chars().take(LONGEST_CHOICE).collect();
        let message = format!("{name} must be {}, not {given}.", text.values.join(" or "));
        return Some(("enumeration", message));
    }
    let place = pattern::misfit(text.pattern?, value)?;
    let words =
        WORDS.iter().find(|(member, _)| *member == name).map_or("has another form", |(_, words)| words);
    let is_shown = !text.sensitive || name == ACCESS_KEY_ID;
    let what = match value.chars().nth(place) {
        None => "its end does not fit".to_owned(),
        Some(c) if is_shown => format!("{c:?}, its character {}, does not fit", place + 1),
        Some(_) => format!("its character {} does not fit", place + 1),
    };
    Some(("pattern", format!("{name} {words}: {what}.")))
}
