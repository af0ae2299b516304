//! HTTP/1.1 messages, read from a connection without interpreting them.

use std::io;

use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt};

/// A request or a response.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Message {
    /// The request line or the status line.
    pub(crate) start: String,
    /// In the order of arrival, with names in lowercase.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) trailers: Vec<(String, String)>,
}

impl Message {
    /// Reads the start line and the headers.
    pub(crate) async fn read_head(from: &mut (impl AsyncBufRead + Unpin)) -> io::Result<Self> {
        let start = read_line(from).await?;
        Ok(Self { start, headers: read_headers(from).await?, ..Self::default() })
    }

    /// Reads a whole message. A response without a length ends with the connection.
    pub(crate) async fn read(from: &mut (impl AsyncBufRead + Unpin)) -> io::Result<Self> {
        let mut message = Self::read_head(from).await?;
        // Such as `100 Continue`.
        while message.start.starts_with("HTTP/") && message.status().starts_with('1') {
            message = Self::read_head(from).await?;
        }
        let is_response = message.start.starts_with("HTTP/");
        if message.header("transfer-encoding") == "chunked" {
            loop {
                let chunk = read_chunk(from).await?;
                if chunk.is_empty() {
                    break;
                }
                message.body.extend(chunk);
            }
            message.trailers = read_headers(from).await?;
        } else if let Ok(length) = message.header("content-length").parse() {
            message.body = vec![0; length];
            from.read_exact(&mut message.body).await?;
        } else if is_response && !["204", "304"].contains(&message.status()) {
            from.read_to_end(&mut message.body).await?;
        }
        Ok(message)
    }

    /// The values of a header, joined by `|`.
    pub(crate) fn header(&self, name: &str) -> String {
        let values = self.headers.iter().filter(|(other, _)| other == name);
        values.map(|(_, value)| value.as_str()).collect::<Vec<_>>().join("|")
    }

    pub(crate) fn has_header(&self, name: &str) -> bool {
        self.headers.iter().any(|(other, _)| other == name)
    }

    /// The status of a response.
    pub(crate) fn status(&self) -> &str {
        self.start.split(' ').nth(1).unwrap_or_default()
    }

    /// The target of a request, as in its first line.
    pub(crate) fn target(&self) -> &str {
        self.start.split(' ').nth(1).unwrap_or_default()
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The code of the only error in a JSON body.
    pub(crate) fn code(&self) -> String {
        let json: serde_json::Value = serde_json::from_slice(&self.body).unwrap_or_default();
        json["errors"][0]["code"].as_str().unwrap_or_default().to_owned()
    }
}

/// Reads a chunk of a chunked body, which is empty at its end.
pub(crate) async fn read_chunk(from: &mut (impl AsyncBufRead + Unpin)) -> io::Result<Vec<u8>> {
    let size = read_line(from).await?;
    let size = usize::from_str_radix(size.split(';').next().unwrap_or_default(), 16);
    let size = size.map_err(|_| io::Error::from(io::ErrorKind::InvalidData))?;
    let mut chunk = vec![0; size];
    from.read_exact(&mut chunk).await?;
    if size > 0 {
        read_line(from).await?;
    }
    Ok(chunk)
}

async fn read_headers(from: &mut (impl AsyncBufRead + Unpin)) -> io::Result<Vec<(String, String)>> {
    let mut headers = Vec::new();
    loop {
        let line = read_line(from).await?;
        let Some((name, value)) = line.split_once(':') else { return Ok(headers) };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
}

async fn read_line(from: &mut (impl AsyncBufRead + Unpin)) -> io::Result<String> {
    let mut line = Vec::new();
    if from.read_until(b'\n', &mut line).await? == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(String::from_utf8_lossy(&line).trim_end().to_owned())
}
