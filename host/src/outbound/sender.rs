//! The client as the transport of the OpenAPI connector.

use std::future::Future;
use std::pin::Pin;

use super::client::{Author, Exchange, HttpOutbound};
use super::{OutboundError, OutboundRequest};
use crate::openapi::{Request, Response};
use crate::tool::ToolFailure;

type Sending = Pin<Box<dyn Future<Output = Result<Response, ToolFailure>> + Send>>;

impl HttpOutbound {
    /// The transport that [`Access::provider`](crate::openapi::Access::provider) asks for.
    ///
    /// The policy holds for these requests too, so the hosts of the document have to be
    /// among its own. A redirect is followed within its origin only.
    ///
    /// # Examples
    ///
    /// ```
    /// use codecell::openapi::Document;
    /// use codecell::outbound::{HttpOutbound, Policy};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let document = Document::parse(r#"{
    ///     "openapi": "3.1.0",
    ///     "info": { "title": "Pets", "version": "1" },
    ///     "servers": [{ "url": "https://pets.example/v1" }],
    ///     "paths": { "/pets": { "get": { "operationId": "listPets", "responses": {} } } }
    /// }"#)?;
    /// let http = HttpOutbound::builder(Policy::new().host("pets.example")).build()?;
    ///
    /// let pets = document.access().build()?.provider("pets", http.sender());
    ///
    /// assert_eq!(pets.identifiers(), ["listPets", "request"]);
    /// # Ok(()) }
    /// ```
    pub fn sender(&self) -> impl Fn(Request) -> Sending + Clone + Send + Sync + 'static {
        let http = self.clone();
        move |request| {
            let http = http.clone();
            Box::pin(async move { http.transport(request).await.map_err(failure) })
        }
    }

    async fn transport(&self, request: Request) -> Result<Response, OutboundError> {
        let mut outgoing = OutboundRequest::new(request.method, request.url);
        outgoing.headers = request.headers;
        outgoing.body = request.body;
        let exchange = Exchange::read(outgoing, Author::Host)?;
        let response = self.0.perform(exchange).await?;
        Ok(Response {
            status: response.status,
            headers: response.headers,
            body: response.body,
        })
    }
}

fn failure(error: OutboundError) -> ToolFailure {
    ToolFailure::new(format!("The request failed: {error}"))
        .data(serde_json::json!({ "code": error.kind().as_str() }))
}
