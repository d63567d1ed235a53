//! Names and the addresses behind them: what is checked is what is connected to.

use std::io;

use codecell::outbound::{HttpOutbound, Policy, ResolveFuture, Resolver, SystemResolver};
use serde_json::json;

use crate::server::{Reply, Server, ok, redirect};
use crate::support::{Names, client, failed, failure, policy, value};

fn with_names(policy: Policy, names: &Names) -> HttpOutbound {
    HttpOutbound::builder(policy)
        .resolver(names.clone())
        .build()
        .unwrap()
}

/// Everything but addresses inside is allowed.
fn open(server: &Server) -> Policy {
    Policy::new().host("*").allow_http().ports([server.port])
}

fn inside(host: &str, what: &str) -> (String, String) {
    failed(
        "denied",
        &format!("the host {host} has an address that is not public ({what})"),
    )
}

#[tokio::test]
async fn a_name_of_an_address_inside_is_not_connected_to() {
    let server = Server::start(|_| ok("secret")).await;
    for (address, what) in [
        ("127.0.0.1", "loopback"),
        ("0.0.0.0", "this network"),
        ("10.1.2.3", "private"),
        ("172.16.0.1", "private"),
        ("192.168.0.1", "private"),
        ("100.64.0.1", "shared by a carrier"),
        ("169.254.169.254", "link-local"),
        ("168.63.129.16", "a cloud's metadata"),
        ("100.100.100.200", "shared by a carrier"),
        ("224.0.0.251", "multicast"),
        ("255.255.255.255", "reserved"),
        ("::1", "loopback"),
        ("::", "IPv4 in another form"),
        ("::ffff:127.0.0.1", "IPv4 in another form"),
        ("::127.0.0.1", "IPv4 in another form"),
        ("64:ff9b::127.0.0.1", "IPv4 in another form"),
        ("2002:7f00:1::", "IPv4 in another form"),
        ("fd00:ec2::254", "private"),
        ("fe80::1", "link-local"),
        ("ff02::1", "multicast"),
    ] {
        let names = Names::default().name("a.test", &[address]);
        assert_eq!(
            failure(&server, with_names(open(&server), &names), "'HERE/'").await,
            inside("a.test", what),
            "{address}"
        );
    }
    assert_eq!(server.paths(), [""; 0]);
}

#[tokio::test]
async fn an_address_inside_is_refused_in_every_spelling() {
    let server = Server::start(|_| ok("secret")).await;
    for (host, shown, what) in [
        ("127.0.0.1", "127.0.0.1", "loopback"),
        ("127.1", "127.0.0.1", "loopback"),
        ("2130706433", "127.0.0.1", "loopback"),
        ("0x7f000001", "127.0.0.1", "loopback"),
        ("0177.0.0.1", "127.0.0.1", "loopback"),
        ("127.0.0.1.", "127.0.0.1", "loopback"),
        ("%31%32%37.0.0.1", "127.0.0.1", "loopback"),
        ("[::1]", "[::1]", "loopback"),
        ("[0:0:0:0:0:0:0:1]", "[::1]", "loopback"),
        (
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "IPv4 in another form",
        ),
    ] {
        assert_eq!(
            failure(
                &server,
                client(open(&server)),
                &format!("'http://{host}:PORT/'")
            )
            .await,
            inside(shown, what),
            "{host}"
        );
    }
    assert_eq!(server.paths(), [""; 0]);
}

#[tokio::test]
async fn the_name_of_this_machine_leads_nowhere() {
    let server = Server::start(|_| ok("secret")).await;
    let outbound = HttpOutbound::builder(open(&server))
        .resolver(SystemResolver)
        .build()
        .unwrap();
    assert_eq!(
        failure(&server, outbound, "'http://localhost:PORT/'").await,
        inside("localhost", "loopback")
    );
}

#[tokio::test]
async fn a_name_that_moves_inside_is_refused_when_it_is_asked_again() {
    let close = || {
        Reply::Raw(
            b"HTTP/1.1 200 x\r\ncontent-length: 7\r\nconnection: close\r\n\r\noutside".to_vec(),
        )
    };
    let outside = Server::start_at("127.0.0.2", 0, move |_| close()).await;
    let secret = Server::start_at("127.0.0.1", outside.port, |_| ok("secret")).await;
    let names = Names::default().name("moving.test", &["127.0.0.2", "127.0.0.1"]);
    // 127.0.0.2 stands for an address of the public internet.
    let outbound = with_names(open(&outside).allow_network("*.test", "127.0.0.2"), &names);

    let code = "(await fetch('http://moving.test:PORT/')).text()";
    assert_eq!(
        value(&outside, outbound.clone(), code).await,
        json!("outside")
    );
    // Nobody asked for the name between the check and the connection.
    assert_eq!(names.asked(), ["moving.test"]);

    assert_eq!(
        failure(&outside, outbound, "'http://moving.test:PORT/'").await,
        inside("moving.test", "loopback")
    );
    assert_eq!(names.asked(), ["moving.test", "moving.test"]);
    assert_eq!(secret.paths(), [""; 0]);
}

#[tokio::test]
async fn a_name_that_moves_between_two_hops_is_refused() {
    let outside = Server::start_at("127.0.0.2", 0, |_| {
        Reply::Raw(
            b"HTTP/1.1 302 x\r\nlocation: /admin\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
                .to_vec(),
        )
    })
    .await;
    let secret = Server::start_at("127.0.0.1", outside.port, |_| ok("secret")).await;
    let names = Names::default().name("moving.test", &["127.0.0.2", "127.0.0.1"]);
    let outbound = with_names(open(&outside).allow_network("*.test", "127.0.0.2"), &names);
    assert_eq!(
        failure(&outside, outbound, "'http://moving.test:PORT/'").await,
        inside("moving.test", "loopback")
    );
    assert_eq!(secret.paths(), [""; 0]);
}

#[tokio::test]
async fn of_several_addresses_only_those_allowed_are_connected_to() {
    let outside = Server::start_at("127.0.0.2", 0, |_| ok("outside")).await;
    let secret = Server::start_at("127.0.0.1", outside.port, |_| ok("secret")).await;
    let names = Names::default().name("both.test", &["127.0.0.1 ::1 127.0.0.2 10.0.0.1"]);
    let outbound = with_names(open(&outside).allow_network("*.test", "127.0.0.2"), &names);
    let code = "(await fetch('http://both.test:PORT/')).text()";
    assert_eq!(value(&outside, outbound, code).await, json!("outside"));
    assert_eq!(secret.paths(), [""; 0]);
}

#[tokio::test]
async fn a_redirect_to_a_name_of_an_address_inside_is_not_connected_to() {
    let outside = Server::start_at("127.0.0.2", 0, |asked| {
        let host = asked
            .header("host")
            .unwrap()
            .replace("a.test", "inside.test");
        redirect(307, format!("http://{host}/"))
    })
    .await;
    let secret = Server::start_at("127.0.0.1", outside.port, |_| ok("secret")).await;
    let names = Names::default().name("a.test", &["127.0.0.2"]);
    let outbound = with_names(open(&outside).allow_network("*.test", "127.0.0.2"), &names);
    assert_eq!(
        failure(&outside, outbound, "'HERE/'").await,
        inside("inside.test", "loopback")
    );
    assert_eq!(secret.paths(), [""; 0]);
}

#[tokio::test]
async fn a_host_that_may_be_inside_makes_no_other_so() {
    let server = Server::start(|_| ok("inside")).await;
    let outbound = client(open(&server).allow_network("a.test", "127.0.0.0/8"));
    let code = "(await fetch('HERE/')).text()";
    assert_eq!(
        value(&server, outbound.clone(), code).await,
        json!("inside")
    );
    assert_eq!(
        failure(&server, outbound.clone(), "'http://b.test:PORT/'").await,
        inside("b.test", "loopback")
    );
    assert_eq!(
        failure(&server, outbound, "'http://127.0.0.1:PORT/'").await,
        inside("127.0.0.1", "loopback")
    );
}

/// Knows no name.
struct Nobody;

impl Resolver for Nobody {
    fn resolve(&self, host: &str) -> ResolveFuture {
        let is_broken = host == "broken.test";
        Box::pin(async move {
            match is_broken {
                true => Err(io::Error::other("nameserver 10.9.8.7 refused")),
                false => Ok(Vec::new()),
            }
        })
    }
}

#[tokio::test]
async fn a_name_without_an_address_is_not_known() {
    let server = Server::start(|_| ok("")).await;
    let outbound = HttpOutbound::builder(policy(&[&server]))
        .resolver(Nobody)
        .build()
        .unwrap();
    for host in ["none.test", "broken.test"] {
        assert_eq!(
            failure(&server, outbound.clone(), &format!("'http://{host}:PORT/'")).await,
            failed("resolve", &format!("the host {host} is not known"))
        );
    }
}
