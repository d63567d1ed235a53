//! A small HTTP server that answers what a test tells it, and remembers what it was asked.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

/// A request as it arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// What a server does with a request.
pub(crate) enum Reply {
    /// A response with a length.
    Whole(u16, Vec<(String, String)>, Vec<u8>),
    /// These bytes, and the end of the connection.
    Raw(Vec<u8>),
    /// A response whose body drips, a byte each time.
    Drip(Duration),
    /// A body without an end.
    Endless,
    /// Nothing, for as long as the client waits.
    Silence,
}

pub(crate) fn ok(body: impl Into<Vec<u8>>) -> Reply {
    Reply::Whole(200, Vec::new(), body.into())
}

pub(crate) fn with_headers(headers: &[(&str, &str)], body: &str) -> Reply {
    let row = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    Reply::Whole(200, headers.iter().map(row).collect(), body.into())
}

pub(crate) fn redirect(status: u16, location: impl Into<String>) -> Reply {
    let headers = vec![("location".to_owned(), location.into())];
    Reply::Whole(status, headers, Vec::new())
}

type Handler = dyn Fn(&Asked) -> Reply + Send + Sync;

pub(crate) struct Server {
    pub(crate) port: u16,
    asked: Arc<Mutex<Vec<Asked>>>,
    /// A permit for each client that left before its response was over.
    left: Arc<Semaphore>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    pub(crate) async fn start(answer: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        Self::start_at("127.0.0.1", 0, answer).await
    }

    pub(crate) async fn start_at(
        address: &str,
        port: u16,
        answer: impl Fn(&Asked) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind((address, port)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let left = Arc::new(Semaphore::new(0));
        let answer: Arc<Handler> = Arc::new(answer);
        let (seen, leaving) = (Arc::clone(&asked), Arc::clone(&left));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (answer, seen, left) =
                    (Arc::clone(&answer), Arc::clone(&seen), Arc::clone(&leaving));
                tokio::spawn(async move {
                    if serve(stream, answer, seen).await.is_none() {
                        left.add_permits(1);
                    }
                });
            }
        });
        Self {
            port,
            asked,
            left,
            task,
        }
    }

    /// Waits until so many clients have left before their responses were over.
    pub(crate) async fn left(&self, clients: u32) {
        self.left.acquire_many(clients).await.unwrap().forget();
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// The paths that were asked for, in order.
    pub(crate) fn paths(&self) -> Vec<String> {
        self.asked().into_iter().map(|asked| asked.path).collect()
    }
}

/// Serves a connection: nothing if the client left in the middle of a response.
async fn serve(
    mut stream: TcpStream,
    answer: Arc<Handler>,
    seen: Arc<Mutex<Vec<Asked>>>,
) -> Option<()> {
    while let Some(asked) = read(&mut stream).await {
        seen.lock().unwrap().push(asked.clone());
        let is_head = asked.method == "HEAD";
        match answer(&asked) {
            Reply::Whole(status, headers, body) => {
                let mut head = format!("HTTP/1.1 {status} x\r\ncontent-length: {}\r\n", body.len());
                for (name, value) in headers {
                    head += &format!("{name}: {value}\r\n");
                }
                let mut bytes = (head + "\r\n").into_bytes();
                if !is_head {
                    bytes.extend(body);
                }
                stream.write_all(&bytes).await.ok()?;
            }
            Reply::Raw(bytes) => {
                stream.write_all(&bytes).await.ok()?;
                return Some(());
            }
            Reply::Drip(pause) => {
                let head = b"HTTP/1.1 200 x\r\ncontent-length: 100000\r\n\r\n";
                stream.write_all(head).await.ok()?;
                loop {
                    stream.write_all(b"x").await.ok()?;
                    tokio::time::sleep(pause).await;
                }
            }
            Reply::Endless => {
                stream.write_all(b"HTTP/1.1 200 x\r\n\r\n").await.ok()?;
                loop {
                    stream.write_all(&[b'x'; 65536]).await.ok()?;
                }
            }
            Reply::Silence => {
                let _ = stream.read(&mut [0]).await;
                return None;
            }
        }
    }
    Some(())
}

async fn read(stream: &mut TcpStream) -> Option<Asked> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(at) = bytes.windows(4).position(|it| it == b"\r\n\r\n") {
            break at;
        }
        // The first byte of TLS, which this server does not speak.
        if stream.read_buf(&mut bytes).await.ok()? == 0 || bytes[0] == 0x16 {
            return None;
        }
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.lines();
    let mut first = lines.next()?.split(' ');
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length = length.map_or(0, |(_, value)| value.parse().unwrap());
    let mut body = bytes[end + 4..].to_vec();
    while body.len() < length {
        stream.read_buf(&mut body).await.ok()?;
    }
    Some(Asked {
        method: first.next()?.to_owned(),
        path: first.next()?.to_owned(),
        headers,
        body,
    })
}
