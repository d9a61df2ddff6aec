//! One field of the form: a member of the request, or of a structure in it.

use super::edit::Edit;
use crate::cks::store::{Kind, Store};
pub(super) use crate::input::paramfile::is_named as names_file;
use crate::model::{Member, Shape, cli_name};

/// The member of credentials that is an identifier: the model calls it sensitive, and KMS shows it.
pub(super) const ACCESS_KEY_ID: &str = "AccessKeyId";

/// The characters of the longest identifier of a credential.
const LONGEST_ACCESS_KEY_ID: usize = 30;

/// The most characters that a value in one line may have.
const LONG: usize = 2000;

pub(super) struct Field {
    pub(super) member: &'static Member,
    /// The structure that the member belongs to.
    pub(super) structure: Option<&'static Member>,
    pub(super) edit: Edit,
}

impl Field {
    pub(super) fn new(member: &'static Member, structure: Option<&'static Member>) -> Field {
        Field { member, structure, edit: Edit::new("") }
    }

    pub(super) fn text(&self) -> &str {
        self.edit.text()
    }

    pub(super) fn is_given(&self) -> bool {
        !self.text().is_empty()
    }

    /// Whether a request needs it.
    pub(super) fn is_required(&self) -> bool {
        self.member.required && self.structure.is_none()
    }

    /// Its name, as people say it: `uri path`.
    pub(super) fn label(&self) -> String {
        cli_name(self.member.name.trim_start_matches("XksProxy")).replace('-', " ")
    }

    /// The option of the command line that it stands for, with the key of a structure.
    pub(super) fn option(&self) -> String {
        match self.structure {
            None => self.member.option(),
            Some(structure) => format!("{} {}=", structure.option(), self.member.name),
        }
    }

    /// The values of an enumeration.
    pub(super) fn choices(&self) -> &'static [&'static str] {
        match self.member.shape {
            Shape::String(text) => text.values,
            _ => &[],
        }
    }

    /// Whether a value may have several lines, as a certificate has.
    pub(super) fn has_lines(&self) -> bool {
        let is_long = matches!(self.member.shape, Shape::String(text) if text.max >= Some(LONG));
        is_long && !self.member.shape.is_secret()
    }

    /// Whether the text names a file that holds the value.
    pub(super) fn names_file(&self) -> bool {
        names_file(self.text())
    }

    /// Whether the value must not be seen by others.
    pub(super) fn is_secret(&self) -> bool {
        self.member.shape.is_secret() && self.member.name != ACCESS_KEY_ID
    }

    /// Whether the text stands on the screen as dots. The identifier of a credential does only where it cannot be one: it
    /// may be the secret key, in the wrong field.
    pub(super) fn is_hidden(&self) -> bool {
        let is_id = self.text().len() <= LONGEST_ACCESS_KEY_ID
            && self.text().chars().all(|c| c.is_ascii_uppercase() || matches!(c, '2'..='7'));
        let is_shown = !self.member.shape.is_secret() || (self.member.name == ACCESS_KEY_ID && is_id);
        !is_shown && !self.names_file()
    }

    /// The value that the store has now.
    pub(super) fn current<'s>(&self, store: &'s Store) -> Option<&'s str> {
        match self.member.name {
            ACCESS_KEY_ID => store.proxy.as_ref()?.access_key_id.as_deref(),
            name => store.current(name),
        }
    }

    /// The type of the stores that have this member; `None` where all have.
    pub(super) fn kind(&self) -> Option<Kind> {
        match self.structure.unwrap_or(self.member).name {
            name if name.starts_with("XksProxy") => Some(Kind::External),
            "KeyStorePassword" | "CloudHsmClusterId" | "TrustAnchorCertificate" => Some(Kind::CloudHsm),
            _ => None,
        }
    }

    /// Moves an enumeration to its next value, or the one before; between the last and the first it is not given.
    pub(super) fn turn(&mut self, forward: bool) {
        let choices = self.choices();
        let at = choices.iter().position(|choice| *choice == self.text());
        let next = match (at, forward) {
            (None, true) => choices.first(),
            (None, false) => choices.last(),
            (Some(at), true) => choices.get(at + 1),
            (Some(at), false) => at.checked_sub(1).and_then(|at| choices.get(at)),
        };
        self.edit.set(next.copied().unwrap_or_default());
    }
}
