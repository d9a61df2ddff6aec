//! The form of a command: its fields, which of them are shown, and the request that they make.

use std::rc::Rc;

use super::field::{Field, names_file};
use super::request::{Secrets, placeholder};
use crate::cks::store::{Kind, Store};
use crate::cli::partial::{Given, Partial};
use crate::cli::words::Word;
use crate::input::bind;
use crate::model::send::Call;
use crate::model::{Member, Shape, cli_name};
use crate::value::{Map, Value};

pub(super) const STORE: &str = "CustomKeyStoreId";
const CONNECTIVITY: &str = "XksProxyConnectivity";
const TYPE: &str = "CustomKeyStoreType";

/// The connectivity beside which a store has no VPC endpoint service.
const PUBLIC: &str = "PUBLIC_ENDPOINT";

pub(super) struct Form {
    pub(super) call: &'static Call,
    pub(super) fields: Vec<Field>,
    /// The place of the field that is typed in.
    pub(super) focus: usize,
    /// The words of the line for global options.
    pub(super) globals: Vec<String>,
    /// What else stands on the line: options with their values, such as documents, pages, and structures from files.
    others: Vec<(String, Option<String>)>,
    /// The options of structures on the line whose values are not understood. They are among the others, too.
    unread: Vec<String>,
    /// The members whose options stand on the line without a value that can be typed, and what there is instead.
    bare: Vec<(String, &'static str)>,
    /// The words of the line that mean nothing, as they may be shown.
    pub(super) unknown: Vec<String>,
}

/// A member that is filled in: its text, or those of its members.
pub(super) enum Filled<'f> {
    Text(&'f Field),
    Structure(Vec<&'f Field>),
}

impl Form {
    /// The form of an operation, the required members first.
    pub(super) fn new(call: &'static Call, partial: &Partial) -> Form {
        let operation = call.operation;
        let is_by_hand =
            |name: &str| operation.paginator.as_ref().is_some_and(|paginator| paginator.is_by_hand(name));
        let members = operation.input.iter().filter(|member| !is_by_hand(member.name));
        let (required, optional): (Vec<_>, Vec<_>) = members.partition(|member| member.required);
        let mut fields = Vec::new();
        for member in required.into_iter().chain(optional) {
            match member.shape {
                Shape::Structure(members) => {
                    fields.extend(members.iter().map(|inner| Field::new(inner, Some(member))));
                }
                _ => fields.push(Field::new(member, None)),
            }
        }
        let globals = partial.globals.words();
        let Given { options, unknown } = partial.given(call);
        let (others, unread, bare) = (Vec::new(), Vec::new(), Vec::new());
        let mut form = Form { call, fields, focus: 0, globals, others, unread, bare, unknown };
        form.fill(options);
        form.focus = form.fields.iter().position(|field| !field.is_given()).unwrap_or(0);
        form
    }

    /// Fills in what was typed on the line.
    fn fill(&mut self, options: Vec<(String, Option<Word>)>) {
        for (name, word) in options {
            let has_field = |field: &Field| {
                field.member.name == name || field.structure.is_some_and(|structure| structure.name == name)
            };
            let text = match &word {
                _ if !self.fields.iter().any(has_field) => {
                    self.others.push((format!("--{}", cli_name(&name)), word.map(|word| word.text)));
                    continue;
                }
                Some(word) if word.raw.is_some() => Err("a value that is not UTF-8"),
                Some(word) if !word.text.is_empty() => Ok(word.text.as_str()),
                _ => Err("no value"),
            };
            match text {
                Ok(text) => self.fill_field(&name, text),
                Err(instead) => self.bare.push((name, instead)),
            }
        }
    }

    fn fill_field(&mut self, name: &str, text: &str) {
        if let Some(field) = self.fields.iter_mut().find(|field| field.member.name == name) {
            return field.edit.set(text);
        }
        let structure = self.fields.iter().filter_map(|field| field.structure).find(|it| it.name == name);
        let texts = structure.filter(|_| !names_file(text)).map(|structure| texts_of(text, structure));
        if let Some(Some(texts)) = texts {
            for (name, text) in texts {
                let field = self.fields.iter_mut().find(|field| field.member.name == name);
                field.into_iter().for_each(|field| field.edit.set(&text));
            }
            return;
        }
        let option = format!("--{}", cli_name(name));
        if texts.is_some() {
            self.unread.push(option.clone());
        }
        self.others.push((option, Some(text.to_owned())));
    }

    /// The members of [`Form::bare`] for which nothing is typed since.
    pub(super) fn bare(&self) -> impl Iterator<Item = (&str, &'static str)> {
        let given: Vec<&str> = self.given().iter().map(|(member, _)| member.name).collect();
        let bare = self.bare.iter().map(|(name, instead)| (name.as_str(), *instead));
        bare.filter(move |(name, _)| !given.contains(name))
    }

    /// Whether a document gives members, too.
    pub(super) fn has_document(&self) -> bool {
        self.others.iter().any(|(option, _)| format_of(option).is_some())
    }

    /// Whether the text of a document stands on the line.
    pub(super) fn has_typed_document(&self) -> bool {
        let mut values =
            self.others.iter().filter_map(|(option, value)| format_of(option).and(value.as_deref()));
        values.any(|value| !names_file(value))
    }

    /// The value of an option that has no field, or that of a structure that a file holds.
    pub(super) fn other(&self, option: &str) -> Option<&str> {
        self.others.iter().find(|(other, _)| other == option)?.1.as_deref()
    }

    /// Whether the structure of a member stands on the line as it is.
    pub(super) fn has_elsewhere(&self, member: &str) -> bool {
        let field = self.fields.iter().find(|field| field.member.name == member);
        let structure = field.and_then(|field| field.structure);
        structure.is_some_and(|structure| self.other(&structure.option()).is_some())
    }

    /// The options of structures whose values stay on the line as they are, though they are not understood: nothing is typed
    /// in the fields.
    pub(super) fn unread(&self) -> impl Iterator<Item = &str> {
        let given: Vec<String> = self.given().iter().map(|(member, _)| member.option()).collect();
        self.unread
            .iter()
            .map(String::as_str)
            .filter(move |option| !given.iter().any(|given| given == option))
    }

    /// The words of the options that have no field. What is typed in the fields of a structure wins over a file.
    pub(super) fn other_words(&self, secrets: Secrets) -> Vec<String> {
        let given: Vec<String> = self.given().iter().map(|(member, _)| member.option()).collect();
        let others = self.others.iter().filter(|(option, _)| !given.contains(option));
        let text = |option: &str, value: &str| match format_of(option) {
            // Nobody knows what the text of a document holds.
            Some(format) if secrets == Secrets::Files && !names_file(value) => {
                format!("file://cli-input.{format}")
            }
            None if secrets == Secrets::Files && self.unread.iter().any(|unread| unread == option) => {
                placeholder(option)
            }
            _ => value.to_owned(),
        };
        let words = |(option, value): &(String, Option<String>)| {
            option_words(option, value.as_deref().map(|value| text(option, value)))
        };
        others.flat_map(words).collect()
    }

    pub(super) fn field(&self) -> &Field {
        &self.fields[self.focus]
    }

    pub(super) fn field_mut(&mut self) -> &mut Field {
        &mut self.fields[self.focus]
    }

    pub(super) fn text(&self, member: &str) -> &str {
        self.fields.iter().find(|field| field.member.name == member).map_or("", Field::text)
    }

    /// The store that the form is for, if it is one of these.
    pub(super) fn store<'s>(&self, stores: &'s [Store]) -> Option<&'s Store> {
        stores.iter().find(|store| store.id == self.text(STORE))
    }

    /// The type of the store that is created or changed, if it is known.
    fn kind(&self, store: Option<&Store>) -> Option<Kind> {
        if !self.fields.iter().any(|field| field.member.name == TYPE) {
            return store.map(|store| store.kind);
        }
        Some(if self.text(TYPE) == Kind::External.name() { Kind::External } else { Kind::CloudHsm })
    }

    /// Whether a field is shown: what cannot apply to the store is not, unless it is given.
    pub(super) fn is_shown(&self, field: &Field, store: Option<&Store>) -> bool {
        let connectivity = match self.text(CONNECTIVITY) {
            "" => store.and_then(|store| store.current(CONNECTIVITY)),
            text => Some(text),
        };
        let is_of_service = field.member.name.starts_with("XksProxyVpcEndpointService");
        let fits = match (field.kind(), self.kind(store)) {
            (Some(of_field), Some(of_store)) => of_field == of_store,
            _ => true,
        };
        let given = field.is_given()
            || self.fields.iter().any(|other| {
                other.structure.is_some_and(|structure| other.is_given() && is_of(field, structure))
            });
        given || (fits && !(is_of_service && connectivity == Some(PUBLIC)))
    }

    /// The places of the fields that are shown.
    pub(super) fn shown(&self, store: Option<&Store>) -> Vec<usize> {
        let is_shown = |place: &usize| self.is_shown(&self.fields[*place], store);
        (0..self.fields.len()).filter(is_shown).collect()
    }

    /// Goes to the next field that is shown, or to the one before.
    pub(super) fn go(&mut self, forward: bool, store: Option<&Store>) {
        let shown = self.shown(store);
        let next = if forward {
            shown.iter().find(|place| **place > self.focus).or(shown.first())
        } else {
            shown.iter().rev().find(|place| **place < self.focus).or(shown.last())
        };
        self.focus = next.copied().unwrap_or(0);
    }

    /// What was given, in the order of the operation's table.
    pub(super) fn given(&self) -> Vec<(&'static Member, Filled<'_>)> {
        let given = |member: &'static Member| {
            let own = self.fields.iter().find(|field| is_it(field, member)).filter(|field| field.is_given());
            let inner = self.fields.iter().filter(|field| is_of(field, member) && field.is_given());
            let inner: Vec<&Field> = inner.collect();
            let given = match own {
                Some(field) => Filled::Text(field),
                None if inner.is_empty() => return None,
                None => Filled::Structure(inner),
            };
            Some((member, given))
        };
        self.call.operation.input.iter().filter_map(given).collect()
    }

    /// The parameters as far as they are typed: secrets sealed, the values of files unknown.
    pub(super) fn values(&self) -> Map {
        let value = |(member, given): (&'static Member, Filled)| {
            let value = match given {
                Filled::Text(field) => value_of(field),
                Filled::Structure(fields) => {
                    Value::map(fields.into_iter().map(|field| (field.member.name, value_of(field))))
                }
            };
            (member.name, value)
        };
        self.given().into_iter().map(value).collect()
    }
}

fn is_it(field: &Field, member: &Member) -> bool {
    field.structure.is_none() && field.member.name == member.name
}

fn is_of(field: &Field, structure: &Member) -> bool {
    field.structure.is_some_and(|member| member.name == structure.name)
}

fn value_of(field: &Field) -> Value {
    match field.member.shape {
        _ if field.member.shape.is_secret() => Value::secret(field.text().into()),
        Shape::Integer { .. } => match field.text().parse::<i64>() {
            Ok(number) => Value::integer(number),
            Err(_) => Value::string(field.text()),
        },
        _ => Value::string(field.text()),
    }
}

/// The format of the document that an option takes, if it takes one.
fn format_of(option: &str) -> Option<&str> {
    option.strip_prefix("--cli-input-")
}

/// An option with its value: one word where the value looks like an option itself.
pub(super) fn option_words(option: &str, value: Option<String>) -> Vec<String> {
    match value {
        None => vec![option.to_owned()],
        Some(value) if value.starts_with('-') => vec![format!("{option}={value}")],
        Some(value) => vec![option.to_owned(), value],
    }
}

/// The texts of the members that stand in the text of a structure, if it has nothing else.
fn texts_of(text: &str, structure: &Member) -> Option<Vec<(&'static str, String)>> {
    let Shape::Structure(members) = structure.shape else { return None };
    let value = bind::structure(text, &structure.option(), structure.shape, None).ok()?;
    let is_json = text.trim_start().starts_with('{');
    let member = |(name, value): (&Rc<str>, &Value)| {
        let member = members.iter().find(|member| *member.name == **name)?;
        // In JSON the name of a file is a text like others; a field would read the file.
        let is_other = |text: &str| text.is_empty() || is_json && names_file(text);
        let text = value.exposed().filter(|text| !is_other(text))?;
        Some((member.name, text.to_owned()))
    };
    value.as_map()?.iter().map(member).collect()
}
