//! APIs by their OpenAPI documents.

use std::path::Path;

use anyhow::{Context as _, Result, bail};
use codecell::openapi::{Credential, Document};
use codecell::outbound::{HttpOutbound, Policy};
use codecell::{ToolProvider, sanitize_tool_name};

use crate::args::Apis;

const METHODS: [&str; 7] = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"];

/// A namespace for each document, named after its file. Operations that may change
/// something ask first.
pub(crate) fn providers(apis: &Apis) -> Result<Vec<ToolProvider>> {
    let mut policy = Policy::new().host("*").methods(METHODS);
    if apis.local {
        policy = policy
            .allow_http()
            .ports(1..=u16::MAX)
            .allow_network("*", "127.0.0.0/8")
            .allow_network("*", "::1/128");
    }
    let mut providers = Vec::new();
    for file in &apis.openapi {
        // A client of its own, so that nothing of one API is seen by another.
        let client = HttpOutbound::builder(policy.clone()).build()?;
        let provider = provider(apis, file, &client);
        providers.push(provider.with_context(|| format!("in {}", file.display()))?);
    }
    Ok(providers)
}

fn provider(apis: &Apis, file: &Path, client: &HttpOutbound) -> Result<ToolProvider> {
    let text = std::fs::read_to_string(file).context("cannot read the document")?;
    let document = Document::parse(&text)?;
    for problem in document.problems() {
        eprintln!("warning: {}: {problem}", file.display());
    }
    let schemes = document.value()["components"]["securitySchemes"].clone();
    let mut access = document.access();
    for credential in &apis.credential {
        let Some((scheme, variable)) = credential.split_once('=') else {
            bail!("--credential {credential}: expected SCHEME=VARIABLE");
        };
        let Some(known) = schemes.get(scheme) else {
            // It is another document's.
            continue;
        };
        let value = std::env::var(variable)
            .with_context(|| format!("--credential {credential}: the variable is not set"))?;
        let is_basic = known["scheme"]
            .as_str()
            .is_some_and(|it| it.eq_ignore_ascii_case("basic"));
        let secret = match value.split_once(':') {
            Some((user, password)) if is_basic => Credential::Basic {
                user: user.to_owned(),
                password: password.to_owned(),
            },
            _ if is_basic => bail!("{variable}: expected USER:PASSWORD for `{scheme}`"),
            _ => Credential::Secret(value),
        };
        access = access.credential(scheme, secret);
    }
    if let Some(server) = &apis.server {
        access = access.server(server);
    }
    let access = access.build()?;
    let name = file.file_stem().unwrap_or_default().to_string_lossy();
    let provider = access.provider(sanitize_tool_name(&name), client.sender());
    Ok(provider.decorate(|tool| {
        let operation = access.document().operation(tool.name());
        let only_reads =
            operation.is_some_and(|it| matches!(it.method(), "GET" | "HEAD" | "OPTIONS"));
        tool.read_only(only_reads).requires_approval(!only_reads)
    }))
}
