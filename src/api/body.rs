//! Request bodies: read to the end under a limit, chunked or not, and unpacked under the same limit.

use std::io::Read;
use std::pin::pin;
use std::time::Duration;

use bytes::{Buf, Bytes};
use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use futures_util::{Stream, StreamExt};
use http::HeaderMap;

use super::reject::Reject;

/// The most bytes that a request body may have, as sent and again when unpacked.
pub const BODY_LIMIT: usize = 6 * 1024 * 1024;

/// How long a request body may take to arrive.
pub const BODY_PATIENCE: Duration = Duration::from_secs(30);

pub(super) async fn read<B: Buf>(
    headers: &HeaderMap,
    stream: impl Stream<Item = Result<B, warp::Error>>,
    patience: Duration,
) -> Result<Bytes, Reject> {
    let announced = headers.get(http::header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    if announced.is_some_and(|length: u64| length > BODY_LIMIT as u64) {
        return Err(Reject::too_large(BODY_LIMIT));
    }
    let body = tokio::time::timeout(patience, collect(stream)).await.map_err(|_| Reject::too_slow(patience))??;
    unpack(headers, body)
}

async fn collect<B: Buf>(stream: impl Stream<Item = Result<B, warp::Error>>) -> Result<Bytes, Reject> {
    let mut stream = pin!(stream);
    let mut body = Vec::new();
    while let Some(chunk) = stream.next().await {
        let mut chunk = chunk.map_err(|error| Reject::unreadable_body(&error.to_string()))?;
        if body.len() + chunk.remaining() > BODY_LIMIT {
            return Err(Reject::too_large(BODY_LIMIT));
        }
        while chunk.has_remaining() {
            let part = chunk.chunk();
            body.extend_from_slice(part);
            let length = part.len();
            chunk.advance(length);
        }
    }
    Ok(body.into())
}

fn unpack(headers: &HeaderMap, body: Bytes) -> Result<Bytes, Reject> {
    let codings = headers.get_all(http::header::CONTENT_ENCODING).iter().map(|value| value.to_str().unwrap_or("?"));
    let codings = codings.collect::<Vec<_>>().join(", ").trim().to_ascii_lowercase();
    match codings.as_str() {
        "" | "identity" => Ok(body),
        "gzip" | "x-gzip" => inflate(MultiGzDecoder::new(body.as_ref())),
        // The name means zlib (RFC 9110 8.4.1.2); some clients send the bare stream.
        "deflate" if is_zlib(&body) => inflate(ZlibDecoder::new(body.as_ref())),
        "deflate" => inflate(DeflateDecoder::new(body.as_ref())),
        other => Err(Reject::unknown_encoding(other)),
    }
}

fn inflate(decoder: impl Read) -> Result<Bytes, Reject> {
    let mut unpacked = Vec::new();
    // One byte more than allowed tells a body that is too long from one that just fits.
    let limit = u64::try_from(BODY_LIMIT).unwrap_or(u64::MAX).saturating_add(1);
    decoder.take(limit).read_to_end(&mut unpacked).map_err(|error| Reject::unreadable_body(&error.to_string()))?;
    if unpacked.len() > BODY_LIMIT { Err(Reject::too_large(BODY_LIMIT)) } else { Ok(unpacked.into()) }
}

fn is_zlib(body: &[u8]) -> bool {
    matches!(body, [first, second, ..]
        if first & 0x0f == 8 && (u16::from(*first) << 8 | u16::from(*second)).is_multiple_of(31))
}
