//! The namespace that a program's `fetch` calls: JSON to requests, responses to JSON.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::headers::{is_of_the_sender, is_token, is_value};
use super::{
    Outbound, OutboundError, OutboundErrorKind, OutboundRequest, OutboundResponse, Redirect,
};
use crate::Bytes;
use crate::tool::{Arguments, CallContext, Tool, ToolFailure, ToolProvider};

/// The name of the namespace. It is that of a global, so no other provider can have it.
pub(crate) const NAMESPACE: &str = "fetch";

/// Methods that change nothing at the server (RFC 9110, 9.2.1).
const SAFE_METHODS: [&str; 3] = ["GET", "HEAD", "OPTIONS"];
/// Methods that no program uses, because they are about the connection.
const FORBIDDEN_METHODS: [&str; 3] = ["CONNECT", "TRACE", "TRACK"];
/// Statuses whose responses have no body.
const BODILESS: [u16; 3] = [204, 205, 304];

/// Bytes of an address. Servers take less.
const MAX_URL_BYTES: usize = 16 * 1024;
/// Bytes of a method. All that are registered are shorter.
const MAX_METHOD_BYTES: usize = 32;
/// Bytes of all headers of a request. Servers take less.
const MAX_HEADERS_BYTES: usize = 64 * 1024;

/// What a guest asks for. It is taken to be hostile.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    url: String,
    method: String,
    headers: Vec<(String, String)>,
    body: Option<Body>,
    redirect: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Body {
    Text(String),
    Bytes(Bytes),
}

/// The namespace, whose tools are `read` for methods that change nothing and `send` for
/// the others. An answer of more than `max_answer_bytes` of JSON fails its call.
pub(crate) fn provider(outbound: Arc<dyn Outbound>, max_answer_bytes: usize) -> ToolProvider {
    let make = |name: &'static str, is_read: bool| {
        let outbound = Arc::clone(&outbound);
        Tool::raw(name, move |arguments: Arguments, context: CallContext| {
            let outbound = Arc::clone(&outbound);
            async move {
                let request = request(&arguments, &context, is_read, max_answer_bytes);
                let answer = match request {
                    Ok(request) => answered(&*outbound, request, max_answer_bytes).await,
                    Err(error) => Err(error),
                };
                answer.map(Some).map_err(|error| failure(&error))
            }
        })
        .output_schema(json!({
            "examples": [{
                "status": 200, "statusText": "OK", "url": "", "redirected": false,
                "headers": [], "body": "",
            }],
        }))
    };
    ToolProvider::new(NAMESPACE)
        .tool(make("read", true).read_only(true))
        .tool(make("send", false))
}

fn invalid(message: impl Into<String>) -> OutboundError {
    OutboundError::new(OutboundErrorKind::InvalidRequest, message)
}

fn request(
    arguments: &Arguments,
    context: &CallContext,
    is_read: bool,
    max_response_bytes: usize,
) -> Result<OutboundRequest, OutboundError> {
    let asked = arguments.values().first().unwrap_or(&Value::Null);
    let asked = Asked::deserialize(asked).map_err(|_| invalid("this is no request"))?;
    let method = asked.method;
    let upper = method.to_ascii_uppercase();
    if !is_token(&method) || method.len() > MAX_METHOD_BYTES {
        return Err(invalid("the method is none of HTTP"));
    }
    if FORBIDDEN_METHODS.contains(&upper.as_str()) {
        return Err(invalid(format!("the method {upper} cannot be used")));
    }
    if SAFE_METHODS.contains(&method.as_str()) != is_read {
        return Err(invalid("the method does not fit the call"));
    }
    if asked.url.len() > MAX_URL_BYTES {
        let message = format!("the address is longer than {MAX_URL_BYTES} bytes");
        return Err(invalid(message));
    }
    let redirect = match asked.redirect.as_str() {
        "follow" => Redirect::Follow,
        "manual" => Redirect::Manual,
        "error" => Redirect::Error,
        _ => return Err(invalid("redirect is one of follow, manual and error")),
    };
    if asked.body.is_some() && matches!(method.as_str(), "GET" | "HEAD") {
        return Err(invalid(format!("{method} has no body")));
    }
    Ok(OutboundRequest {
        method,
        url: asked.url,
        headers: headers(asked.headers)?,
        body: asked.body.map(|body| match body {
            Body::Text(text) => text.into_bytes(),
            Body::Bytes(bytes) => bytes.0,
        }),
        redirect,
        max_response_bytes,
        execution_id: Arc::clone(&context.execution_id),
        seq: context.seq,
    })
}

fn headers(asked: Vec<(String, String)>) -> Result<Vec<(String, String)>, OutboundError> {
    let bytes: usize = asked
        .iter()
        .map(|(name, value)| name.len() + value.len())
        .sum();
    if bytes > MAX_HEADERS_BYTES {
        let message = format!("the headers are over {MAX_HEADERS_BYTES} bytes");
        return Err(invalid(message));
    }
    let mut headers = Vec::new();
    for (name, value) in asked {
        let name = name.to_ascii_lowercase();
        if !is_token(&name) || !is_value(&value) {
            return Err(invalid("a header holds a character that cannot be sent"));
        }
        if !is_of_the_sender(&name) {
            headers.push((name, value));
        }
    }
    Ok(headers)
}

async fn answered(
    outbound: &dyn Outbound,
    request: OutboundRequest,
    max_answer_bytes: usize,
) -> Result<String, OutboundError> {
    let (url, is_head) = (request.url.clone(), request.method == "HEAD");
    let response = outbound.send(request).await?;
    let answer = answer(response, url, is_head)?;
    if answer.len() > max_answer_bytes {
        let message = format!(
            "the response takes {} bytes of JSON, over the limit of {max_answer_bytes}; ask for less",
            answer.len()
        );
        return Err(OutboundError::new(OutboundErrorKind::TooLarge, message));
    }
    Ok(answer)
}

/// The response as the guest takes it.
fn answer(response: OutboundResponse, url: String, is_head: bool) -> Result<String, OutboundError> {
    if !(200..600).contains(&response.status) {
        let message = format!("the status {} is none of HTTP", response.status);
        return Err(OutboundError::new(OutboundErrorKind::Protocol, message));
    }
    let is_bodiless = is_head || BODILESS.contains(&response.status);
    let body = match String::from_utf8(response.body) {
        _ if is_bodiless => Value::Null,
        Ok(text) => Value::String(text),
        Err(error) => serde_json::to_value(Bytes(error.into_bytes())).unwrap_or(Value::Null),
    };
    let headers = response.headers.into_iter();
    // A header that JavaScript could not hold is left out.
    let headers: Vec<(String, String)> = headers
        .map(|(name, value)| (name.to_ascii_lowercase(), value))
        .filter(|(name, value)| is_token(name) && is_value(value))
        .collect();
    let status_text = Some(response.status_text).filter(|text| is_value(text));
    let url = match response.url.is_empty() {
        true => url,
        false => response.url,
    };
    let answer = json!({
        "status": response.status,
        "statusText": status_text.unwrap_or_default(),
        "url": url.split('#').next().unwrap_or_default(),
        "redirected": response.redirected,
        "headers": headers,
        "body": body,
    });
    Ok(answer.to_string())
}

fn failure(error: &OutboundError) -> ToolFailure {
    ToolFailure::new(format!("fetch failed: {error}"))
        .name("TypeError")
        .data(json!({ "code": error.kind().as_str() }))
}
