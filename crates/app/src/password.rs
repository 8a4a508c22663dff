//! Passwords: which are taken, and how they are hashed.
//!
//! No rules of composition (NIST SP 800-63B-4 §3.1.1): long enough, not one that everybody has, nothing of oneself. Hashed
//! with Argon2id on threads of their own ([`pool`]), so that a crowd at the door does not starve those inside.

pub(crate) mod pool;

use crate::error::{Error, Result};
use std::collections::HashSet;
use std::sync::LazyLock;

pub const SHORTEST: usize = 8;
pub const LONGEST: usize = 128;
/// What is shorter is in too many passwords to say anything of oneself.
const TELLING: usize = 4;

static COMMON: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let lines = include_str!("../assets/common-passwords.txt").lines();
    lines.map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).collect()
});

/// Refuses a password that others would guess. `own`: what they know of the holder: name, number, telephone.
pub fn check(password: &str, own: &[&str]) -> Result<()> {
    let length = password.chars().count();
    if length < SHORTEST {
        return Err(Error::invalid("password_too_short").with("shortest", SHORTEST));
    }
    if length > LONGEST {
        return Err(Error::invalid("password_too_long").with("longest", LONGEST));
    }
    let folded = password.to_lowercase();
    if COMMON.contains(folded.as_str()) || is_pattern(&folded) {
        return Err(Error::invalid("password_common"));
    }
    let tells = |own: &&str| {
        let own = own.to_lowercase();
        (own.chars().count() >= TELLING && folded.contains(&own)) || own.contains(&folded)
    };
    if own.iter().any(tells) {
        return Err(Error::invalid("password_personal"));
    }
    Ok(())
}

/// One or two characters over and over, or the digits (or letters) in order.
fn is_pattern(folded: &str) -> bool {
    let chars: Vec<char> = folded.chars().collect();
    let different: HashSet<&char> = chars.iter().collect();
    let step = |by: i64| {
        chars.windows(2).all(|pair| match pair {
            [a, b] => i64::from(u32::from(*b)) - i64::from(u32::from(*a)) == by,
            _ => false,
        })
    };
    different.len() <= 2 || step(1) || step(-1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_would_guess_is_refused() {
        let own = ["张伟明", "880101199003070015", "13812345678", "07001519"];
        let code = |password: &str| check(password, &own).map_or_else(|e| e.code, |()| "good");
        for (password, expected) in [
            ("kurz", "password_too_short"),
            ("七个汉字的密码", "password_too_short"),
            ("八个汉字也可以的", "good"),
            ("correct horse battery", "good"),
            ("woaini1314", "password_common"),
            ("WoAiNi1314", "password_common"),
            ("password123", "password_common"),
            ("1234567890", "password_common"),
            ("87654321", "password_common"),
            ("abababab", "password_common"),
            ("aaaaaaaaaaaaaaaaaaaa", "password_common"),
            ("abcdefghijk", "password_common"),
            ("880101199003070015", "password_personal"),
            ("my13812345678", "password_personal"),
            ("19900307", "password_personal"),
        ] {
            assert_eq!(code(password), expected, "{password}");
        }
        assert_eq!(code(&"长".repeat(129)), "password_too_long");
    }

    #[test]
    fn the_list_is_in_the_form_it_is_compared_in() {
        for line in COMMON.iter() {
            assert_eq!(*line, line.to_lowercase(), "{line}");
            assert!(line.chars().count() >= SHORTEST, "{line} is refused as too short anyway");
        }
        assert!(COMMON.len() > 300, "{}", COMMON.len());
    }
}
