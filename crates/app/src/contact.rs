//! Where a holder is reached: a mobile telephone or an e-mail address, and the gateways that send to them.
//!
//! What is sent is put together by the caller; here it is one line of text or a plain message, and nothing that somebody
//! typed can become a header or a second recipient.

mod gateway;

use crate::error::{Error, Result};
use crate::system::System;
pub(crate) use gateway::{Gateways, client, reason, secret};
use lettre::message::Mailbox;
use yinxin_model::person::half_width;

/// A confirmed one is kept in this form, see [`Contact::stored`].
#[derive(Clone, PartialEq, Eq)]
pub enum Contact {
    /// E.164: `+8613812345678`.
    Phone(String),
    Mail(String),
}

/// What is to be told.
#[derive(Clone)]
pub struct Message {
    /// Of the e-mail; a short message has none.
    pub subject: String,
    pub text: String,
}

/// RFC 5321 §4.5.3.1.3, without the angle brackets.
const LONGEST_MAIL: usize = 254;

impl Contact {
    /// A mobile number of the mainland as it is dialled, any other with `+` and its country; or an e-mail address.
    pub fn parse(text: &str) -> Result<Self> {
        let text: String = text.trim().chars().map(half_width).collect();
        let found = if text.contains('@') { mail(&text) } else { phone(&text) };
        found.ok_or_else(|| Error::invalid("contact_invalid"))
    }

    /// For the register.
    pub fn stored(&self) -> String {
        match self {
            Self::Phone(number) => format!("sms:{number}"),
            Self::Mail(address) => format!("mail:{address}"),
        }
    }

    pub fn from_stored(text: &str) -> Option<Self> {
        match text.split_once(':')? {
            ("sms", number) => Some(Self::Phone(number.to_owned())),
            ("mail", address) => Some(Self::Mail(address.to_owned())),
            _ => None,
        }
    }

    /// For screens: enough to be recognised by its owner.
    pub fn masked(&self) -> String {
        match self {
            Self::Phone(number) => {
                let digits: Vec<char> = number.strip_prefix("+86").unwrap_or(number).chars().collect();
                let head: String = digits.iter().take(3).collect();
                let tail: String = digits.iter().skip(digits.len().saturating_sub(4)).collect();
                format!("{head}****{tail}")
            }
            Self::Mail(address) => {
                let (user, host) = address.rsplit_once('@').unwrap_or((address, ""));
                format!("{}***@{host}", user.chars().take(1).collect::<String>())
            }
        }
    }

    /// What others may know of it, so that no password is made of it.
    pub(crate) fn own_part(&self) -> &str {
        match self {
            Self::Phone(number) => number.strip_prefix("+86").unwrap_or(number),
            Self::Mail(address) => address.split('@').next().unwrap_or(address),
        }
    }

    /// For gateways that prove an identity by its telephone.
    pub(crate) fn phone(&self) -> Option<&str> {
        match self {
            Self::Phone(number) => Some(number),
            Self::Mail(_) => None,
        }
    }
}

/// Sends by the gateway that the settings name. `Unavailable`: it did not take the message; later it may.
pub async fn send(system: &System, contact: &Contact, message: &Message) -> Result<()> {
    system.desk.gateways(system)?.send(system, contact, message).await
}

fn phone(text: &str) -> Option<Contact> {
    let kept: String = text.chars().filter(|c| !matches!(c, ' ' | '-' | '(' | ')')).collect();
    let abroad = kept.strip_prefix('+').or_else(|| kept.strip_prefix("00"));
    let digits = abroad.unwrap_or(&kept);
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let mainland = |digits: &str| {
        let mut first = digits.chars();
        digits.len() == 11 && first.next() == Some('1') && matches!(first.next(), Some('3'..='9'))
    };
    match abroad {
        None => mainland(digits).then(|| Contact::Phone(format!("+86{digits}"))),
        Some(_) => match digits.strip_prefix("86") {
            Some(rest) => mainland(rest).then(|| Contact::Phone(format!("+86{rest}"))),
            None if digits.starts_with('0') => None,
            None => (8..=15).contains(&digits.len()).then(|| Contact::Phone(format!("+{digits}"))),
        },
    }
}

fn mail(text: &str) -> Option<Contact> {
    let plain = text.len() <= LONGEST_MAIL && text.bytes().all(|b| b.is_ascii_graphic());
    let address = lettre::Address::new(text.rsplit_once('@')?.0, text.rsplit_once('@')?.1).ok()?;
    // An address literal or a bare machine name is nobody's mailbox out there.
    let host = address.domain();
    let named = host.contains('.') && !host.starts_with('[');
    // The host's case means nothing; the user's is the host's own affair.
    (plain && named).then(|| Contact::Mail(format!("{}@{}", address.user(), host.to_lowercase())))
}

fn mailbox(address: &str) -> Option<Mailbox> {
    address.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(text: &str) -> Option<String> {
        Contact::parse(text).ok().map(|contact| contact.stored())
    }

    #[test]
    fn telephones_are_dialled_in_many_ways() {
        for text in
            ["13812345678", "138 1234 5678", "+86 138-1234-5678", "008613812345678", "１３８１２３４５６７８"]
        {
            assert_eq!(stored(text).as_deref(), Some("sms:+8613812345678"), "{text}");
        }
        assert_eq!(stored("+852 5123 4567").as_deref(), Some("sms:+85251234567"));
        for text in
            ["", "1381234567", "12812345678", "+86 010 12345678", "+0123456789", "abc", "13812345678\nX"]
        {
            assert_eq!(stored(text), None, "{text:?}");
        }
    }

    #[test]
    fn nothing_in_an_address_becomes_a_header() {
        assert_eq!(stored("Wang.Wei@Example.COM").as_deref(), Some("mail:Wang.Wei@example.com"));
        for text in [
            "a@b",
            "@example.com",
            "a b@example.com",
            "a@example.com\r\nBcc: x@example.com",
            "a@example.com,b@example.com",
            "a@[127.0.0.1]",
            "<a@example.com>",
        ] {
            assert_eq!(stored(text), None, "{text:?}");
        }
        assert_eq!(stored(&format!("{}@example.com", "a".repeat(300))), None);
    }

    #[test]
    fn masks_are_known_by_their_owner_alone() {
        assert_eq!(Contact::parse("13812345678").unwrap().masked(), "138****5678");
        assert_eq!(Contact::parse("wang@example.com").unwrap().masked(), "w***@example.com");
    }
}
