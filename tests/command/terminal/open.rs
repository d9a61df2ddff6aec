//! A program on a terminal.

use std::fs::File;
use std::io::Read;
use std::os::fd::AsFd;
use std::process::Child;
use std::sync::mpsc::{self, Receiver};
use std::thread;

use pty_process::Size;
use pty_process::blocking as pty;
use tempfile::TempDir;

use crate::aws::Aws;

/// Starts the program on a terminal of so many lines and columns: its keyboard, what it shows, and its home directory.
pub fn open(aws: Aws, (lines, columns): (u16, u16)) -> (Child, pty::Pty, Receiver<Vec<u8>>, TempDir) {
    let (command, home) = aws.into_parts();
    let (keyboard, side) = pty::open().expect("a terminal");
    keyboard.resize(Size::new(lines, columns)).expect("a size");
    let mut process = pty::Command::new(command.get_program()).args(command.get_args()).env_clear();
    for (name, value) in command.get_envs() {
        process = process.env(name, value.expect("a value"));
    }
    let child = process.current_dir(home.path()).spawn(side).expect("a started program");
    let (sender, screen) = mpsc::channel();
    let mut reader = File::from(keyboard.as_fd().try_clone_to_owned().expect("a second handle"));
    thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(length @ 1..) = reader.read(&mut buffer) {
            if sender.send(buffer[..length].to_vec()).is_err() {
                return;
            }
        }
    });
    (child, keyboard, screen, home)
}
