//! Clients for the tests: names that end in `.test` are this machine.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use codecell::outbound::{HttpOutbound, Policy, ResolveFuture, Resolver};
use codecell::{ExecuteRequest, ExecuteResult};
use codecell_tests::{execute, still_works};
use serde_json::Value;

use crate::server::Server;

/// Answers from a table, each name in turn from its list, and else with this machine.
#[derive(Clone, Default)]
pub(crate) struct Names {
    lists: HashMap<String, Vec<&'static str>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Names {
    /// One answer after the other; the last stays.
    pub(crate) fn name(mut self, name: &str, answers: &[&'static str]) -> Self {
        self.lists.insert(name.to_owned(), answers.to_vec());
        self
    }

    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

impl Resolver for Names {
    fn resolve(&self, host: &str) -> ResolveFuture {
        let mut asked = self.asked.lock().unwrap();
        let nth = asked.iter().filter(|it| *it == host).count();
        asked.push(host.to_owned());
        let answer = match self.lists.get(host) {
            Some(list) => list[nth.min(list.len() - 1)],
            None => "127.0.0.1",
        };
        let addresses: Vec<IpAddr> = answer
            .split_whitespace()
            .map(|it| it.parse().unwrap())
            .collect();
        Box::pin(async move { Ok(addresses) })
    }
}

/// Lets everything out to `.test` hosts on the ports of these servers.
pub(crate) fn policy(servers: &[&Server]) -> Policy {
    Policy::new()
        .host("*.test")
        .methods(["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"])
        .allow_http()
        .ports(servers.iter().map(|server| server.port))
        .allow_network("*.test", "127.0.0.0/8")
}

pub(crate) fn client(policy: Policy) -> HttpOutbound {
    HttpOutbound::builder(policy)
        .resolver(Names::default())
        .build()
        .unwrap()
}

/// A program in which `HERE` stands for the server as `a.test`, and `PORT` for its port.
pub(crate) fn request(server: &Server, outbound: HttpOutbound, code: &str) -> ExecuteRequest {
    let code = code
        .replace("HERE", "http://a.test:PORT")
        .replace("PORT", &server.port.to_string());
    ExecuteRequest::new(code).outbound(outbound)
}

pub(crate) async fn run(server: &Server, outbound: HttpOutbound, code: &str) -> ExecuteResult {
    execute(request(server, outbound, code)).await
}

/// What a program returns.
pub(crate) async fn value(server: &Server, outbound: HttpOutbound, code: &str) -> Value {
    let result = run(server, outbound, code).await;
    result
        .outcome
        .unwrap_or_else(|error| panic!("{code}\n{error:?}"))
}

/// How `fetch` of an address fails: its code and message; and that cells go on working.
pub(crate) async fn failure(
    server: &Server,
    outbound: HttpOutbound,
    arguments: &str,
) -> (String, String) {
    let code = format!(
        "try {{ const r = await fetch({arguments}); return ['', `status ${{r.status}}`] }} \
         catch (e) {{ return [e.cause?.code ?? e.name, e instanceof TypeError ? e.message : `no TypeError: ${{e}}`] }}"
    );
    let found = value(server, outbound, &code).await;
    still_works().await;
    let text = |index: usize| found[index].as_str().unwrap().to_owned();
    (text(0), text(1))
}

/// The same, to compare with.
pub(crate) fn failed(code: &str, message: &str) -> (String, String) {
    (code.to_owned(), format!("fetch failed: {message}"))
}
