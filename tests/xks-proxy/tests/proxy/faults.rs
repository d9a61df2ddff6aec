//! Faults: what a spoilt connection looks like to a client.

use std::io::ErrorKind;
use std::time::{Duration, Instant};

use xks_proxy::{Fault, Stage, XksProxy};

use crate::client::Client;

const STAGES: [Stage; 4] = [Stage::Accept, Stage::Handshake, Stage::Head, Stage::Body];

#[test]
fn a_delay_at_any_stage_is_waited_for() {
    let proxy = XksProxy::builder().start().unwrap();
    for stage in STAGES {
        let delay = Duration::from_millis(100);
        proxy.inject(Fault::delay(stage, delay));
        let start = Instant::now();
        assert_eq!(Client::new(&proxy).status(), Ok(200), "{stage:?}");
        assert!(start.elapsed() >= delay, "{stage:?}");
    }
}

#[test]
fn a_connection_can_be_closed_at_any_stage() {
    let proxy = XksProxy::builder().start().unwrap();
    for stage in STAGES {
        proxy.inject(Fault::close(stage));
        assert!(Client::new(&proxy).status().is_err(), "{stage:?}");
        assert_eq!(Client::new(&proxy).status(), Ok(200), "{stage:?}");
    }
}

#[test]
fn a_proxy_that_never_answers_keeps_the_connection_open() {
    let wait = |stage| {
        let proxy = XksProxy::builder().start().unwrap();
        proxy.inject(Fault::hang(stage));
        let client = Client { limit: Duration::from_secs(3), ..Client::new(&proxy) };
        let error = client.send(&client.signed()).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut), "{stage:?}: {error}");
        proxy.requests().iter().map(|request| request.status).collect::<Vec<_>>()
    };
    let statuses = std::thread::scope(|scope| {
        STAGES.map(|stage| scope.spawn(move || wait(stage))).map(|thread| thread.join().unwrap())
    });
    assert_eq!(statuses, [vec![], vec![], vec![None], vec![Some(200)]]);
}

#[test]
fn any_error_and_any_response_can_be_the_answer() {
    let proxy = XksProxy::builder().start().unwrap();
    let client = Client::new(&proxy);
    proxy.inject(Fault::error(503, "DependencyTimeoutException").times(2));
    proxy.inject(Fault::response(200, "text/html", "<html>"));
    for _ in 0..2 {
        assert_eq!(client.ask().error(), (503, "DependencyTimeoutException".into()));
    }
    let reply = client.ask();
    assert_eq!((reply.status, reply.body.as_str()), (200, "<html>"));
    assert!(reply.head.contains("content-type: text/html"), "{}", reply.head);
    assert_eq!(client.status(), Ok(200));
}

#[test]
fn a_fault_without_a_number_lasts_until_it_is_cleared() {
    let proxy = XksProxy::builder().start().unwrap();
    let client = Client::new(&proxy);
    proxy.inject(Fault::error(500, "InternalException").always().after(Duration::from_millis(1)));
    assert_eq!([client.status(), client.status(), client.status()], [Ok(500), Ok(500), Ok(500)]);
    proxy.clear_faults();
    assert_eq!(client.status(), Ok(200));
}
