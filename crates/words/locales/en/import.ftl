### Rosters: rule-<code> is a rule that a row broke, note-<code> a note

## General

rule-value-missing = This field must be filled in
rule-number-cell = The cell is a number and digits may be lost; make it text and enter it again
rule-cell-error = The cell holds an error value
rule-row-ragged = The row has another number of columns than the headings
rule-character-forbidden = It contains a control, bidirectional or zero-width character
rule-formula-start = It may not begin with = + - @ or a tab

## Columns

rule-management-number-empty = The management number is missing
rule-management-number-length = A management number has 6 to 40 characters
rule-management-number-character = A management number has only digits, Latin letters and hyphens
rule-management-number-repeated = The management number occurs twice in this roster
rule-management-number-exists = The management number is in the register already
rule-name-empty = The name is missing
rule-name-too-long = A name has at most 50 characters
rule-name-invisible-character = The name contains a control, direction or invisible character
rule-name-private-use = The name contains a private-use character; use the standard one (GB 18030-2022)
rule-name-formula = A name may not begin with = + - @
rule-document-type-unknown = There is no such document type; accepted: { $accepted }
rule-document-number-empty = The document number is missing
rule-document-number-length = The document number has the wrong length
rule-document-number-character = The document number contains a character that is not allowed
rule-document-number-form = The document number has not the form of its document type
rule-document-number-birth-date = The birth date in the document number does not exist
rule-document-number-future-birth = The birth date in the document number lies in the future
rule-document-number-checksum = The check digit of the document number is wrong
rule-document-number-wrong-type = A number that begins like this belongs to another type of document
rule-sex-unknown = Sex must be 男 or 女 (male or female)
rule-sex-disagrees = Sex disagrees with the document number
rule-birth-date-disagrees = The birth date disagrees with the document number
rule-date-form = The date cannot be read
rule-date-not-in-calendar = There is no such day
rule-date-day-missing = The day is missing; only the approval date may stop at the month
rule-date-in-future = The date is in the future
rule-qualification-unknown = The catalogue has no such qualification
rule-level-unknown = The qualification has no such level
rule-speciality-unknown = The qualification has no such speciality
rule-issuer-unknown = There is no such issuer
rule-issuer-not-allowed = The importing organisation may not import for this issuer
rule-year-form = The year must have four digits
rule-half-unknown = The half must be 上半年 or 下半年 (first or second)
rule-region-unknown = There is no such region
rule-photo-missing = The photo is not in the archive
rule-photo-unusable = The photo cannot be used (JPEG only, within the size limit)
rule-seal-missing = No seal is laid down for this certificate

## The whole file

rule-heading-missing = No heading row was found in the first 10 rows
rule-column-missing = A column that must be there is missing
rule-column-repeated = A column occurs twice
rule-encoding = The encoding cannot be read (UTF-8 and GB18030 are accepted)
rule-too-many-rows = The roster has too many rows

## Notes

note-sheet-without-headings = The sheet has no headings and was skipped
note-title-row = A title row was skipped
note-column-unknown = An unknown column was ignored
note-same-person-other-number = The same person, qualification and date exist under another management number
note-empty-row = An empty row was skipped
