//! What is offered to choose from: commands, stores and files that fit what is typed.

use super::app::App;
use super::form::STORE;
use super::{files, list};
use crate::cks::store::Store;
use crate::operations;

impl App<'_> {
    /// The rows of the list of commands: names and what they do. The last one hands over.
    pub(super) fn commands(&self) -> Vec<(String, &'static str)> {
        let own = operations::operations().map(|operation| {
            let end = operation.doc.find(['.', '\n']).unwrap_or(operation.doc.len());
            (operation.command(), &operation.doc[..end])
        });
        let others =
            self.can_hand_over.then(|| ("other commands".to_owned(), "The prompt of the full AWS CLI"));
        let rows: Vec<_> = own.chain(others).collect();
        let names: Vec<Vec<&str>> = rows.iter().map(|(name, _)| vec![name.as_str()]).collect();
        list::fitting(&names, self.query.text()).into_iter().map(|place| rows[place].clone()).collect()
    }

    /// The stores that fit what is typed in the field for one, while none of them is named.
    pub(super) fn fitting_stores(&self) -> Option<Vec<&Store>> {
        let form = self.form.as_ref().filter(|form| form.field().member.name == STORE)?;
        if self.store().is_some() {
            return None;
        }
        let stores = self.known_stores();
        let rows: Vec<Vec<&str>> =
            stores.iter().map(|store| vec![store.name.as_str(), store.id.as_str()]).collect();
        Some(list::fitting(&rows, form.field().text()).into_iter().map(|place| &stores[place]).collect())
    }

    /// The paths that the text in the field may go on to, while it names a file.
    pub(super) fn fitting_files(&self) -> Option<Vec<String>> {
        let form = self.form.as_ref().filter(|form| form.field().names_file())?;
        Some(files::fitting(form.field().text(), self.environment))
    }
}
