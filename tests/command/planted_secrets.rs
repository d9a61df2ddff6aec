//! Secrets are planted in every place where one may stand, and every error is provoked: no output shows one of them.
//!
//! [`plants`] lists the places, the other modules the errors. Each runs plainly, with `--debug` and with errors in JSON.
//! Where a reply is what was asked for, it is printed; such runs are not among these.
//!
//! What a `credential_process` writes on stderr before it fails is shown as it is: that is the reference's message, and
//! users rely on it. Nothing is planted there.

mod echo;
#[cfg(unix)]
mod ends;
mod files;
mod mistakes;
mod network;
mod plants;
mod providers;
mod scenario;
mod services;
mod words;

use std::sync::atomic::{AtomicUsize, Ordering};

use scenario::Scenario;

/// Checks all scenarios, a few at a time.
#[track_caller]
fn check(scenarios: Vec<Scenario>) {
    let next = AtomicUsize::new(0);
    let work = || {
        let mine = std::iter::from_fn(|| scenarios.get(next.fetch_add(1, Ordering::Relaxed)));
        mine.flat_map(Scenario::failures).collect::<Vec<String>>()
    };
    let failures: Vec<String> = std::thread::scope(|scope| {
        let workers = [(); 4].map(|()| scope.spawn(work));
        workers.into_iter().flat_map(|worker| worker.join().expect("no panic")).collect()
    });
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn usage_parameters_documents_and_aliases() {
    check(words::scenarios());
}

#[test]
fn configuration_and_its_files() {
    check(files::scenarios());
}

#[test]
fn providers_of_credentials() {
    check(providers::scenarios());
}

#[test]
fn services_that_repeat_what_they_were_sent() {
    check(services::scenarios());
}

#[test]
fn connections_proxies_and_output() {
    check(network::scenarios());
}

#[test]
fn every_plant_is_in_a_scenario() {
    let groups =
        [words::scenarios, files::scenarios, providers::scenarios, services::scenarios, network::scenarios];
    let scenarios: Vec<Scenario> = groups.iter().flat_map(|group| group()).collect();
    let everywhere: String = plants::VARIABLES.iter().chain(plants::FILES).map(|(_, text)| *text).collect();
    for (place, plant) in plants::PLANTS {
        assert!(plant.starts_with(plants::MARK) && plant.ends_with(plants::MARK), "{place}");
        assert!(
            everywhere.contains(plant) || scenarios.iter().any(|scenario| scenario.holds(plant)),
            "{place}"
        );
    }
}
