//! The pages of this program's own commands: `aws cks` and `aws kms wait`.

use clap::Command;

use super::operation::{Example, examples};
use super::options;
use super::page::{Block, Page, Section};
use crate::cli::cks::{Task, Waiter};
use crate::operations::UPDATE;

/// The page of `aws cks`, or of one of its commands.
pub(super) fn cks(task: Option<Task>, top: &Command, level: &Command) -> Page {
    match task {
        Some(task) => {
            let others = Task::ALL.into_iter().filter(|other| *other != task);
            let also = others.map(|other| format!("aws cks {}", other.name()));
            let also = Block::list(also.chain(["aws kms help".to_owned()]));
            command(&format!("aws cks {}", task.name()), &of_task(task), also, top, level)
        }
        None => {
            group("aws cks", "<command>", "aws cks COMMAND help shows the options of a command.", top, level)
        }
    }
}

/// The page of `aws kms wait`, or of a waiter.
pub(super) fn wait(waiter: Option<Waiter>, top: &Command, level: &Command) -> Page {
    match waiter {
        Some(waiter) => {
            let line = format!(
                "aws kms wait {} --custom-key-store-id cks-1234567890abcdef0 --timeout 30m",
                waiter.name()
            );
            let also = ["aws cks connect", "aws cks disconnect", "aws kms describe-custom-key-stores"];
            let also = Block::list(also.map(str::to_owned));
            let examples = [("Wait at most half an hour", line)];
            command(&format!("aws kms wait {}", waiter.name()), &examples, also, top, level)
        }
        None => group(
            "aws kms wait",
            "<waiter>",
            "aws kms wait WAITER help shows the options of a waiter.",
            top,
            level,
        ),
    }
}

fn command(name: &str, examples: &[Example], also: Block, top: &Command, level: &Command) -> Page {
    let mut sections: Vec<Section> = options::section(level, UPDATE.operation.input).into_iter().collect();
    if !examples.is_empty() {
        sections.push(self::examples(examples));
    }
    sections.push(Section::new("SEE ALSO", [also]));
    sections.push(options::globals(top));
    page(name, level, options::synopsis(name, level), sections)
}

/// The page of a command that has commands.
fn group(name: &str, word: &str, more: &str, top: &Command, level: &Command) -> Page {
    let sections = vec![
        Section::new("AVAILABLE COMMANDS", [commands(level), Block::text(more)]),
        Section::new("SEE ALSO", [Block::text("aws kms help, aws help")]),
        options::globals(top),
    ];
    page(name, level, vec![format!("{name} {word} [options]")], sections)
}

fn page(name: &str, level: &Command, synopsis: Vec<String>, sections: Vec<Section>) -> Page {
    let about = level.get_about().map(ToString::to_string).unwrap_or_default();
    let text = level.get_long_about().map(ToString::to_string);
    let description = Block::paragraphs(text.as_deref().unwrap_or(&about));
    Page { command: name.to_owned(), about, description, synopsis, sections }
}

/// The commands of a level, each in a line.
pub(super) fn commands(level: &Command) -> Block {
    let row = |command: &Command| {
        (command.get_name().to_owned(), command.get_about().map(ToString::to_string).unwrap_or_default())
    };
    Block::Rows(level.get_subcommands().map(row).collect())
}

/// The examples of a command. They are one text each, as a text costs less at each start of the program than a table does.
fn of_task(task: Task) -> Vec<Example> {
    let examples = match task {
        Task::Status => {
            "All stores of the account and Region: status\n\
             Two stores, again and again: status ExternalKeys ClusterKeys --watch --interval 10s"
        }
        Task::Plan => {
            "What another path to the proxy's API would change: plan ExternalKeys \
             --xks-proxy-uri-path /example-prefix/kms/xks/v1"
        }
        Task::Apply => {
            "A new credential of the proxy; the terminal asks for its secret half: apply ExternalKeys \
             --xks-proxy-authentication-credential \
             AccessKeyId=ABCDE23456723EXAMPLE,RawSecretAccessKey@=prompt://\n\
             Another cluster, in a script: apply ClusterKeys --cloud-hsm-cluster-id cluster-1a23b4cdefg \
             --connect --yes"
        }
        Task::Connect => "Connect a store within ten minutes: connect ExternalKeys --timeout 10m",
        Task::Disconnect => "Disconnect a store: disconnect ExternalKeys",
        Task::Check => {
            "The proxy as it is: check ExternalKeys\n\
             The proxy with a new credential, before KMS gets it: check ExternalKeys \
             --xks-proxy-configuration-file credential.json"
        }
        Task::Keys => "The keys of a store: keys ExternalKeys",
        Task::Completion => "A script that fish finds: completion fish > ~/.config/fish/completions/aws.fish",
    };
    let examples = examples.lines().filter_map(|example| example.split_once(": "));
    examples.map(|(title, words)| (title, format!("aws cks {words}"))).collect()
}
