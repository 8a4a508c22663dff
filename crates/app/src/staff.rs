//! Members of staff: an operator adds and changes them.

use crate::error::{Error, Result};
use crate::system::{System, require};
use serde::Serialize;
use yinxin_model::Subject;
use yinxin_model::states::Role;
use yinxin_store::catalogue::{self, Staff};

#[derive(Debug, Serialize)]
pub struct Member {
    pub name: String,
    pub roles: Vec<String>,
    pub organisation: Option<String>,
    pub active: bool,
}

impl From<Staff> for Member {
    fn from(staff: Staff) -> Self {
        Self {
            name: staff.name,
            roles: staff.roles.iter().map(|r| r.as_str().to_owned()).collect(),
            organisation: staff.organisation,
            active: staff.active,
        }
    }
}

pub async fn list(system: &System, by: &Subject) -> Result<Vec<Member>> {
    require(by, Role::Operator)?;
    let staff = system.db.read(|tx| Box::pin(async move { catalogue::list_staff(tx).await })).await?;
    Ok(staff.into_iter().map(Member::from).collect())
}

/// Adds a member or changes one.
pub async fn put(system: &System, by: &Subject, member: Member) -> Result<Member> {
    require(by, Role::Operator)?;
    if !good_name(&member.name) {
        return Err(Error::invalid("operator_name").with("name", &member.name));
    }
    let roles = member
        .roles
        .iter()
        .map(|text| Role::parse(text).ok_or_else(|| Error::invalid("role_unknown").with("role", text)));
    let organisation = member.organisation.as_deref().map(|text| {
        let found = system.catalogue.find_organisation(text).map(|o| o.code.clone());
        found.ok_or_else(|| Error::invalid("organisation_unknown").with("organisation", text))
    });
    let staff = Staff {
        name: member.name,
        roles: roles.collect::<Result<_>>()?,
        organisation: organisation.transpose()?,
        active: member.active,
    };
    let (act, row) = (system.act(by), staff.clone());
    let put = system.transact(move |tx| {
        Box::pin(async move {
            catalogue::put_staff(tx, &act, &row).await?;
            let operators = catalogue::list_staff(tx).await?;
            let left = operators.iter().any(|s| s.active && s.roles.contains(&Role::Operator));
            // Whoever locks the last operator out could not let anybody in again.
            Ok(if left { Ok(()) } else { Err(Error::conflict("last_operator").with("name", &row.name)) })
        })
    });
    put.await?;
    Ok(staff.into())
}

/// 2–32 of a-z, 0-9, `-`, `.`.
pub(crate) fn good_name(name: &str) -> bool {
    let good = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'.';
    (2..=32).contains(&name.len()) && name.bytes().all(good)
}
