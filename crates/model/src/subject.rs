//! Who is asking. Every query takes a [`Subject`] and answers only what that subject may see.

use crate::states::Role;

/// The one on whose behalf something is asked or done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// Anybody, unproved: public verification only.
    Public,
    /// A holder whose identity is proved; the index is the blind index of that identity.
    Holder { identity_index: Vec<u8> },
    /// A member of staff. `organisation` limits an institution's staff to what it imports; `None` is the platform's own.
    Staff { name: String, roles: Vec<Role>, organisation: Option<String> },
    /// The system itself: recovery, publication, maintenance.
    System,
}

impl Subject {
    pub fn has(&self, role: Role) -> bool {
        match self {
            Self::Staff { roles, .. } => roles.contains(&role),
            Self::System => true,
            Self::Public | Self::Holder { .. } => false,
        }
    }

    /// How the audit names the actor: no personal data.
    pub fn actor(&self) -> String {
        match self {
            Self::Public => "public".into(),
            Self::Holder { identity_index } => {
                let mut out = String::from("holder:");
                for byte in identity_index.iter().take(8) {
                    out.push_str(&format!("{byte:02x}"));
                }
                out
            }
            Self::Staff { name, .. } => format!("staff:{name}"),
            Self::System => "system".into(),
        }
    }
}
