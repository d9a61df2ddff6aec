//! A place that is set up: the program, whoever it talks to, and how to know how far it is.

use std::any::Any;
use std::path::Path;

use rustix::process::Signal;

use crate::aws::Aws;
use crate::fault::Fault;
use crate::server::Server;

/// What is set up for one run.
pub struct Stage {
    pub aws: Aws,
    /// Whether it runs on a terminal.
    pub is_on_terminal: bool,
    /// What is done with the program while it runs, such as keys that are typed; before a signal is sent, it has come to the
    /// place by then.
    pub meanwhile: Box<dyn FnOnce(&mut Meanwhile)>,
    /// What stops it.
    pub stop: Signal,
    /// What is done once the signal is sent.
    pub then: Box<dyn FnOnce(&mut Meanwhile)>,
    /// How many requests were sent.
    pub requests: Box<dyn Fn() -> usize>,
    /// The heads of these requests, whose secrets nobody must see.
    pub heads: Box<dyn Fn() -> Vec<String>>,
    /// What else must be true in the end.
    pub afterwards: Box<dyn FnOnce(&Path)>,
    /// Lives as long as the run.
    pub kept: Vec<Box<dyn Any>>,
}

/// A run that is going on.
pub struct Meanwhile<'r> {
    pub pid: u32,
    pub home: &'r Path,
    pub screen: &'r mut dyn Screen,
}

/// A terminal: what it shows, and its keyboard.
pub trait Screen {
    /// Waits until this is shown.
    fn shows(&mut self, text: &str);
    /// Whether it shows what is typed, or is not there.
    fn shows_typing(&self) -> bool;
    fn press(&mut self, keys: &[u8]);
}

impl Stage {
    /// Nobody is asked anything.
    pub fn new(aws: Aws) -> Stage {
        Stage {
            aws,
            is_on_terminal: false,
            meanwhile: Box::new(|_| {}),
            stop: Signal::STOP,
            then: Box::new(|_| {}),
            requests: Box::new(|| 0),
            heads: Box::new(Vec::new),
            afterwards: Box::new(|_| {}),
            kept: Vec::new(),
        }
    }

    /// This server is asked. A run that it keeps waiting has come to the place.
    pub fn asks(mut self, server: Server, fault: Option<Fault>) -> Stage {
        let [one, two, three, four] = [(); 4].map(|()| server.seen());
        self.requests = Box::new(move || one.heads().len());
        self.heads = Box::new(move || two.heads());
        self.kept.push(Box::new(server));
        if !fault.is_some_and(Fault::is_signal) {
            return self;
        }
        let stage = self.meanwhile(move |_| wait_until("the place is reached", || three.holds()));
        stage.then(move |_| four.release())
    }

    pub fn on_terminal(self) -> Stage {
        Stage { is_on_terminal: true, ..self }
    }

    pub fn meanwhile(self, meanwhile: impl FnOnce(&mut Meanwhile) + 'static) -> Stage {
        Stage { meanwhile: Box::new(meanwhile), ..self }
    }

    pub fn then(self, then: impl FnOnce(&mut Meanwhile) + 'static) -> Stage {
        Stage { then: Box::new(then), ..self }
    }

    pub fn afterwards(self, afterwards: impl FnOnce(&Path) + 'static) -> Stage {
        Stage { afterwards: Box::new(afterwards), ..self }
    }

    pub fn keeps(mut self, kept: impl Any) -> Stage {
        self.kept.push(Box::new(kept));
        self
    }
}

/// Waits for an event.
#[track_caller]
pub fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let began = std::time::Instant::now();
    while !is_so() {
        assert!(began.elapsed() < crate::run::LIMIT, "{what}: this did not come");
        std::thread::sleep(std::time::Duration::from_millis(3));
    }
}
