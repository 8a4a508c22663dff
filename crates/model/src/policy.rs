//! The numbers the published rules leave to the platform, in one place (DOMAIN §3).

use serde::{Deserialize, Serialize};

/// Quota and validity of endorsements. Defaults are the published ones: within 90 days three endorsements of
/// one certificate, each of at most 90 days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    /// Days looked back on, the day of application included.
    pub window_days: i32,
    /// Endorsements that may be granted within the window.
    pub max: u32,
    /// Longest validity in days.
    pub longest_days: i32,
    /// Days after expiry for which the stored copy is kept.
    pub keep_copies_days: i32,
}

impl Default for Policy {
    fn default() -> Self {
        Self { window_days: 90, max: 3, longest_days: 90, keep_copies_days: 30 }
    }
}

/// E-certificates under an association's seal made before this day need no endorsement (published rule, DOMAIN §2.8).
pub fn electronic_since() -> crate::Day {
    crate::Day(18_978) // 2021-12-17
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_electronic_day_is_2021_12_17() {
        assert_eq!(super::electronic_since().to_string(), "2021-12-17");
    }
}
