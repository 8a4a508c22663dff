### Doctor: doctor-<code>, what is wrong and what to do

## Directory and configuration

doctor-directory-good = The data directory is in order
doctor-directory-demo = This is a demo (test seals)
doctor-directory-missing = { $path } is not initialised; run yinxin init
doctor-directory-wrong = Something is wrong with the data directory ({ $error })
doctor-directory-readable-by-others = { $path } is open to others (mode { $mode }); make it the owner’s alone (chmod go=)
doctor-config-good = The configuration is in order
doctor-portal-texts-good = The portal's texts are in order (portal.toml)
doctor-portal-texts-wrong = The portal's texts are wrong ({ $error }: { $reason }); the portal says on what it said before: correct portal.toml
doctor-config-wrong = The configuration is wrong ({ $error }); correct yinxin.toml

## Keys and seals

doctor-keys-good = The key files are all there
doctor-keys-wrong = Something is wrong with the key files ({ $error }); restore them from the backup
doctor-keys-readable-by-others = { $path } can be read by others; make it the owner’s alone (chmod go=)
doctor-seals-wrong = The seals cannot be looked at ({ $error })
doctor-seals-no-root = No root certificate is trusted yet, so nothing can be sealed or verified; put the authority’s root into { $path }
doctor-seal-good = Seal { $seal } is usable
doctor-seal-national-good = Seal { $seal } has an SM2 key and an electronic seal: OFD copies can be made
doctor-seal-not-registered = Seal { $seal } of the catalogue is not registered
doctor-seal-expired = The certificate of seal { $seal } is valid from { $from } until { $until }: nothing is sealed; have it renewed
doctor-seal-expires-soon = The certificate of seal { $seal } expires on { $until }; have it renewed
doctor-statement-key-good = QR codes carry statements signed by “{ $name }”
doctor-statement-key-missing = QR codes carry the address only: there is no key for statements. Have a P-256 or SM2 key certified for statements (docs/QR.md), and take it into use with “yinxin keys statement”
doctor-statement-key-expires-soon = The certificate of “{ $name }”, which signs the statements in QR codes, expires within 60 days; bring a new one with “yinxin keys statement”
doctor-statement-key-wrong = The key for the statements in QR codes cannot be used ({ $error }): copies carry the address only. Bring one with “yinxin keys statement”
doctor-seal-key-wrong = The key of seal { $seal } cannot be used ({ $error })
doctor-seal-not-national = Seal { $seal } makes PDF copies only: it has no SM2 key with an electronic seal
doctor-seal-national-wrong = The SM2 key or the electronic seal of { $seal } cannot be used ({ $error }): no OFD copies
doctor-seal-national-unavailable = Seal { $seal } makes PDF copies only: the keys are on a device, which does not sign with SM2, and the SM2 key in the directory is not used
doctor-sm2-certificate-expired = The SM2 certificate of seal { $seal } is valid from { $from } until { $until }: no OFD copies; have it renewed and the electronic seal made for it
doctor-sm2-certificate-expires-soon = The SM2 certificate of seal { $seal } expires on { $until }; have it renewed and the electronic seal made for it
doctor-electronic-seal-expired = The electronic seal of { $seal } is valid from { $from } until { $until }: no OFD copies; have its maker renew it
doctor-electronic-seal-expires-soon = The electronic seal of { $seal } ends on { $until }; have its maker renew it
doctor-time-stamps-not-wanted = Copies are sealed at level { $level }, without time stamps
doctor-time-stamps-good = { $authority } puts time stamps on copies; they reach level { $level }
doctor-time-stamps-unanswered = No time stamp authority gives a usable answer ({ $error }); endorsements are granted, and their copies are made once time stamps are given again
doctor-time-stamp-authority-missing = Signature level { $level } needs a time stamp authority and none is set, so nothing is sealed; set [[timestamp.servers]] in yinxin.toml, or signature.level = "b-b"
doctor-ofd-time-stamps-good = { $authority } puts time stamps on OFD copies
doctor-ofd-time-stamps-unanswered = No time stamp authority on SM2 gives a usable answer ({ $error }); endorsements are granted, and their OFD copies are made once time stamps are given again
doctor-ofd-time-stamp-authority-missing = signature.ofd_time_stamp wants time stamps on OFD copies and no authority for them is set, so no OFD is made; set [[timestamp.servers]] with imprint = "sm3" in yinxin.toml, or leave it out
doctor-revocation-lists-missing = There is no revocation list in crl/, so copies cannot reach their level; put in those of the seals’ and the time stamps’ authorities
doctor-revocation-lists-stale = All revocation lists in crl/ are out of date, so copies cannot reach their level; put in fresh ones

## Fonts

doctor-font-missing = The font { $path } is missing; on Debian install fonts-noto-cjk and fonts-hanazono
doctor-fonts-good = The fonts of style { $style } cover common and rare characters
doctor-fonts-lacking = The fonts of style { $style } lack: { $characters }; copies with these are refused

## Disk, clock, database

doctor-disk-good = { $megabytes } MB of disk are free
doctor-disk-little-space = Only { $megabytes } MB of disk are free; make room
doctor-disk-unknown = The free space of the disk cannot be told
doctor-clock-good = Clock: { $now }
doctor-clock-behind = The clock ({ $now }) is behind the day on which the system was made; set it right
doctor-database-good = The database is in order ({ $engine })
doctor-database-wrong = The database cannot be used ({ $error })
doctor-audit-good = The audit chain is whole, { $entries } entries
doctor-audit-broken = The audit chain is broken; keep the database as it is and find out why
doctor-audit-wrong = The audit chain cannot be looked at ({ $error })
doctor-recovery-good = No work is left unfinished
doctor-recovery-pending = { $pending } pieces of work are unfinished; run yinxin recover
doctor-objects-orphaned = { $objects } stored objects belong to nothing (a crash left them); run yinxin recover
doctor-objects-wrong = The object store cannot be looked at ({ $error })
doctor-recovery-wrong = Unfinished work cannot be looked at ({ $error })
doctor-jobs-failed = { $jobs } jobs ({ $kind }) were given up: { $reason }. They are not tried again; the others go on
doctor-jobs-wrong = Jobs cannot be looked at ({ $error })
doctor-oidc-good = The identity provider { $issuer } can be used
doctor-oidc-unanswered = The identity provider { $issuer } cannot be used now ({ $reason }): nobody logs in by it, and by password as ever. Look at [oidc], or ask the provider

doctor-seal-not-active = Seal { $seal } seals nothing: its state is { $state }
