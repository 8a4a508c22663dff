### States, roles, kinds

## Certificates

certificate-state-draft = not yet online
certificate-state-online = valid
certificate-state-revoked = revoked
version-state-current = current
version-state-superseded = superseded by a correction

## Batches

batch-state-importing = being imported
batch-state-checked = checked
batch-state-submitted = submitted, awaiting approval
batch-state-approved = approved, to be published
batch-state-publishing = being published
batch-state-published = published
batch-state-rejected = rejected
batch-state-cancelled = cancelled

## Endorsements

endorsement-state-granted = being made
endorsement-state-ready = in force
endorsement-state-expired = expired
endorsement-state-voided = void
endorsement-state-withdrawn = withdrawn
void-reason-correction = the certificate was corrected
void-reason-revocation = the certificate was revoked
void-reason-sealing-failed = the copy could not be made
intent-state-open = to be sealed
intent-state-signed = sealed
intent-state-closed = closed
scenario-self = use by the holder

## Changes

change-kind-correction = correction
change-kind-revocation = revocation
change-kind-reinstatement = reinstatement
change-state-open = awaiting a decision
change-state-approved = approved
change-state-rejected = rejected
revocation-reason-fraud = obtained by fraud
revocation-reason-misconduct = misconduct in the examination
revocation-reason-issued-in-error = issued in error
revocation-reason-holder-request = at the holder’s request
revocation-reason-legal-decision = by decision of a court or an authority
revocation-reason-other = other

## Seals

seal-state-active = active
seal-state-suspended = suspended
seal-state-deregistered = deregistered
seal-family-ministry = seal of the Ministry of Human Resources and Social Security
seal-family-association = seal of an association, society or designated body

## People and documents

role-clerk = clerk
role-approver = approver
role-operator = operator
role-auditor = auditor
assurance-claimed = claimed
assurance-verified = verified
sex-male = male
sex-female = female
half-first = first half
half-second = second half
qualification-kind-admission = admission
qualification-kind-proficiency = proficiency
document-type-111 = resident identity card
document-type-114 = officer’s card
document-type-414 = passport
document-type-511 = travel permit (Taiwan)
document-type-516 = travel permit (Hong Kong, Macao)
document-type-553 = foreigner’s permanent residence card
document-type-830 = residence permit (Hong Kong, Macao, Taiwan)
