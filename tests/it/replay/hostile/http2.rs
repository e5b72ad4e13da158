//! The same over HTTP/2, frame by frame.

use std::io::{Read, Write};

use super::{Stranger, Stream};

const CALL: &str = "[[exchange]]\nhttp = \"2\"\nrequest = \"GET /services/data\"\n";

const BEYOND: &str = "an answer that is no HTTP/2, or beyond the limits:";
const EXCESSIVE: &str = "ENHANCE_YOUR_CALM, detected excessive load generating behavior";

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const GOAWAY: u8 = 7;
const WINDOW_UPDATE: u8 = 8;
const CONTINUATION: u8 = 9;

const ACK: u8 = 1;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

/// `:status: 200`, from the static table of HPACK.
const OK: &[u8] = &[0x88];

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// The next frame: kind, stream and payload.
fn read(stream: &mut Stream) -> std::io::Result<(u8, u32, Vec<u8>)> {
    let mut head = [0; 9];
    stream.read_exact(&mut head)?;
    let mut payload = vec![0; u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize];
    stream.read_exact(&mut payload)?;
    Ok((head[3], u32::from_be_bytes([head[5], head[6], head[7], head[8]]), payload))
}

/// A server that does this once a request has come on stream 1.
fn answering(answer: impl Fn(&mut Stream) -> std::io::Result<()> + Send + 'static) -> Stranger {
    Stranger::speaking(b"\x02h2", move |stream| {
        // what stood before it was read as a head
        stream.read_exact(&mut [0; b"SM\r\n\r\n".len()])?;
        stream.write_all(&frame(SETTINGS, 0, 0, &[]))?;
        // the client's own count from when they are acknowledged
        stream.write_all(&frame(SETTINGS, ACK, 0, &[]))?;
        while read(stream)?.0 != HEADERS {}
        answer(stream)
    })
}

fn frames(frames: Vec<Vec<u8>>) -> Stranger {
    answering(move |stream| {
        stream.write_all(&frames.concat())?;
        // until the client leaves
        while read(stream).is_ok() {}
        Ok(())
    })
}

/// A header of the length of a name and a value, as HPACK writes it without its tables.
fn header(name: &str, value: &str) -> Vec<u8> {
    let length = |text: &str| match text.len() {
        short @ ..127 => vec![short as u8],
        long => {
            let (mut bytes, mut rest) = (vec![127], long - 127);
            while rest >= 128 {
                bytes.push((rest % 128) as u8 | 128);
                rest /= 128;
            }
            bytes.push(rest as u8);
            bytes
        }
    };
    [vec![0], length(name), name.into(), length(value), value.into()].concat()
}

/// A block of headers, cut into frames that fit.
fn block(headers: &[u8]) -> Vec<Vec<u8>> {
    let chunks: Vec<&[u8]> = headers.chunks(16_000).collect();
    let last = chunks.len() - 1;
    let cut = chunks.into_iter().enumerate().map(|(at, chunk)| {
        frame(if at == 0 { HEADERS } else { CONTINUATION }, if at == last { END_HEADERS } else { 0 }, 1, chunk)
    });
    cut.collect()
}

fn said(stranger: &Stranger) -> String {
    stranger.played(CALL).pop().unwrap()
}

#[test]
fn a_good_answer_is_none_of_these() {
    let answer = frames(vec![frame(HEADERS, END_HEADERS | END_STREAM, 1, OK)]);
    assert_eq!(said(&answer), "200");
}

#[test]
fn an_endless_body_is_cut_off_over_http_2() {
    let stranger = answering(|stream| {
        stream.write_all(&frame(HEADERS, END_HEADERS, 1, OK))?;
        // as much as the client's window takes (2 MB), and more whenever it opens
        let mut left = 1_900_000_i64;
        loop {
            while left >= 16_000 {
                stream.write_all(&frame(DATA, 0, 1, &[b'x'; 16_000]))?;
                left -= 16_000;
            }
            let (kind, on, payload) = read(stream)?;
            if kind == WINDOW_UPDATE && on == 1 {
                left += i64::from(u32::from_be_bytes(payload[..].try_into().unwrap()));
            }
        }
    });
    assert_eq!(said(&stranger), "an answer without end: more than 16777216 bytes of a body");
}

#[test]
fn a_body_that_heeds_no_window_is_refused() {
    let data = std::iter::repeat_n(frame(DATA, 0, 1, &[b'x'; 16_000]), 1_000);
    let stranger = frames(std::iter::once(frame(HEADERS, END_HEADERS, 1, OK)).chain(data).collect());
    let said = said(&stranger);
    assert_eq!(said, format!("{BEYOND} FLOW_CONTROL_ERROR, flow-control protocol violated"));
}

#[test]
fn ten_thousand_headers_are_refused_over_http_2() {
    let many = [OK.to_vec(), header("a", "b").repeat(10_000)].concat();
    assert_eq!(said(&frames(block(&many))), format!("{BEYOND} PROTOCOL_ERROR, unspecific protocol error detected"));
}

#[test]
fn more_headers_than_are_taken_are_refused_over_http_2() {
    let some = [OK.to_vec(), header("a", "b").repeat(257)].concat();
    assert_eq!(said(&frames(block(&some))), "an answer of more than 256 headers");
}

#[test]
fn a_header_of_ten_megabytes_is_refused_over_http_2() {
    let large = [OK.to_vec(), header("x-large", &"x".repeat(10 * 1024 * 1024))].concat();
    assert_eq!(said(&frames(block(&large))), format!("{BEYOND} {EXCESSIVE}"));
}

#[test]
fn headers_without_end_are_refused_over_http_2() {
    let stranger = answering(|stream| {
        stream.write_all(&frame(HEADERS, 0, 1, OK))?;
        loop {
            stream.write_all(&frame(CONTINUATION, 0, 1, &header("a", "b")))?;
        }
    });
    assert_eq!(said(&stranger), format!("{BEYOND} {EXCESSIVE}"));
}

#[test]
fn an_answer_that_is_broken_off_is_named() {
    let no_http2 = &*format!("{BEYOND} PROTOCOL_ERROR, unspecific protocol error detected");
    for (answer, said_of) in [
        (
            vec![frame(RST_STREAM, 0, 1, &2_u32.to_be_bytes())],
            "the other side broke the answer off (RST_STREAM): INTERNAL_ERROR, unexpected internal error encountered",
        ),
        (
            vec![frame(HEADERS, END_HEADERS, 1, OK), frame(RST_STREAM, 0, 1, &8_u32.to_be_bytes())],
            "the other side broke the answer off (RST_STREAM): CANCEL, stream no longer needed",
        ),
        (vec![frame(GOAWAY, 0, 0, &[0; 8])], "the other side ended the connection (GOAWAY)"),
        (
            vec![frame(GOAWAY, 0, 0, &[0, 0, 0, 0, 0, 0, 0, 11])],
            "the other side ended the connection (GOAWAY): ENHANCE_YOUR_CALM, detected excessive load generating behavior",
        ),
        (vec![frame(DATA, 0, 1, b"before its head")], no_http2),
        (vec![frame(HEADERS, END_HEADERS, 3, OK)], no_http2),
        (vec![frame(HEADERS, END_HEADERS, 1, &[0x80])], no_http2),
        (
            vec![b"HTTP/1.1 200 OK\r\n\r\n".to_vec()],
            "an answer that is no HTTP/2, or beyond the limits: FRAME_SIZE_ERROR, frame with invalid size",
        ),
    ] {
        assert_eq!(said(&frames(answer.clone())), said_of, "{answer:?}");
    }
    let cut_off = answering(|stream| stream.get_ref().shutdown(std::net::Shutdown::Both));
    assert_eq!(said(&cut_off), "the connection ended before the answer did");
}
