//! One HTTP/1.1 connection, kept open and called over again and again.

use std::io::{Read, Write};
use std::net::TcpStream;

use openssl::ssl::SslStream;

use super::{Answer, Client};

pub struct KeepAlive(SslStream<TcpStream>);

impl KeepAlive {
    pub fn connect(client: &Client) -> Self {
        Self(client.connect().unwrap())
    }

    /// Asks for the limits with this session, and reads no further than the end of the answer.
    pub fn get(&mut self, token: &str) -> Answer {
        let head = "GET /services/data/v68.0/limits HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer";
        self.0.write_all(format!("{head} {token}\r\n\r\n").as_bytes()).unwrap();
        let mut read = Vec::new();
        loop {
            let mut byte = [0];
            self.0.read_exact(&mut byte).unwrap();
            read.push(byte[0]);
            if let Ok(answer) = Answer::read(&read)
                && answer.head.lines().any(|line| line == format!("content-length: {}", answer.body.len()))
            {
                return answer;
            }
        }
    }

    /// Whether the server has closed it.
    pub fn has_ended(&mut self) -> bool {
        matches!(self.0.read(&mut [0]), Ok(0) | Err(_))
    }
}
