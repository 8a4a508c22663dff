### Doctor: doctor-<code>, what is wrong and what to do

## Directory and configuration

doctor-directory-good = The data directory is in order
doctor-directory-demo = This is a demo (test seals)
doctor-directory-missing = { $path } is not initialised; run yinxin init
doctor-directory-wrong = Something is wrong with the data directory ({ $error })
doctor-config-good = The configuration is in order
doctor-config-wrong = The configuration is wrong ({ $error }); correct yinxin.toml

## Keys and seals

doctor-keys-good = The key files are all there
doctor-keys-wrong = Something is wrong with the key files ({ $error }); restore them from the backup
doctor-keys-readable-by-others = { $path } can be read by others; make it the owner’s alone (chmod go=)
doctor-seals-wrong = The seals cannot be looked at ({ $error })
doctor-seal-good = Seal { $seal } is usable
doctor-seal-not-registered = Seal { $seal } of the catalogue is not registered
doctor-seal-expired = The certificate of seal { $seal } is not within its validity; have it renewed
doctor-seal-expires-soon = The certificate of seal { $seal } expires within 60 days; have it renewed
doctor-seal-key-wrong = The key of seal { $seal } cannot be used ({ $error })

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
doctor-recovery-wrong = Unfinished work cannot be looked at ({ $error })

doctor-seal-not-active = Seal { $seal } seals nothing: its state is { $state }
