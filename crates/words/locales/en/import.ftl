### Rosters: rule-<code>, a rule that a row broke, a doubt or a note. The list: docs/ROSTER.md

## Headings and cells

rule-heading-missing = The headings lack columns that must be there: { $columns }
rule-heading-twice = A column occurs twice in the headings
rule-row-too-long = The row has more cells than there are headings
rule-cell-without-heading = There is no heading above this cell
rule-quote-not-closed = A quotation mark is not closed
rule-mandatory-missing = This field must be filled in
rule-cell-error = The cell holds an error value
rule-cell-boolean = The cell holds true or false where text is expected
rule-cell-is-number = The cell is a number where text is expected
rule-text-too-long = The text is too long
rule-invisible-character = It contains a control, direction or invisible character
rule-formula = It may not begin with = + - @ or a tab

## Management number

rule-management-number-empty = The management number is missing
rule-management-number-length = A management number has 6 to 40 characters
rule-management-number-character = A management number has only digits, Latin letters and hyphens
rule-management-number-is-number = The management number is a number cell and digits may be lost; make it text and enter it again
rule-duplicate-management-number = The management number is a duplicate: it stands in this roster or in the register already

## Name and sex

rule-name-empty = The name is missing
rule-name-too-long = A name has at most 50 characters
rule-name-invisible-character = The name contains a control, direction or invisible character
rule-name-private-use = The name contains a private-use character; use the standard one (GB 18030-2022)
rule-name-without-letter = The name has no letter of any script; enter the name
rule-name-formula = A name may not begin with = + - @
rule-sex-unknown = Sex must be 男 or 女 (male or female)
rule-sex-disagrees = Sex disagrees with the document number

## Document

rule-document-type-unknown = There is no such document type; accepted: 111 resident identity card, 114 officer’s card, 414 passport, 511 travel permit (Taiwan), 516 travel permit (Hong Kong, Macao), 553 permanent residence card, 830 residence permit (Hong Kong, Macao, Taiwan)
rule-document-number-empty = The document number is missing
rule-document-number-is-number = The document number is a number cell and digits may be lost; make it text and enter it again
rule-document-number-length = The document number has the wrong length
rule-document-number-character = The document number contains a character that is not allowed
rule-document-number-form = The document number has not the form of its document type
rule-document-number-birth-date = The birth date in the document number does not exist
rule-document-number-future-birth = The birth date in the document number lies in the future
rule-document-number-checksum = The check digit of the document number is wrong
rule-document-number-wrong-type = A number that begins like this belongs to another type of document

## Dates

rule-date-serial-number = The date is a serial number; make it a date or text
rule-birth-date-form = The birth date cannot be read, or there is no such day
rule-birth-date-in-future = The birth date is in the future
rule-birth-date-disagrees = The birth date disagrees with the document number
rule-approval-date-form = The approval date cannot be read, or there is no such day
rule-approval-date-too-early = The approval date is too early
rule-approval-date-in-future = The approval date is in the future
rule-made-on-form = The date of making cannot be read, or there is no such day
rule-made-on-before-approval = The date of making lies before the approval
rule-made-on-in-future = The date of making is in the future
rule-year-form = The year must have four digits
rule-half-unknown = The half must be 上半年 or 下半年 (first or second)

## Qualification and organisation

rule-qualification-unknown = The catalogue has no such qualification
rule-qualification-not-made-here = Certificates of this qualification are not made here
rule-level-missing = This qualification needs a level
rule-level-unknown = The qualification has no such level
rule-level-disagrees = The level disagrees with the one in the qualification’s name
rule-level-not-applicable = The qualification has no levels
rule-issuer-unknown = There is no such issuer
rule-issuer-not-allowed = The importing organisation may not import for this issuer
rule-issuer-not-for-qualification = This issuer does not issue this qualification
rule-seal-missing = No seal is laid down for this certificate
rule-region-unknown = There is no such region
rule-photo-name = The file name of the photo is not right

## Register and photos

rule-duplicate-in-register = The management number is in the register already
rule-photo-missing = The archive has no such photo
rule-photo-twice = The archive has two files of this name
rule-photo-too-large = The photo is too large
rule-photo-not-jpeg = The photo is no usable JPEG
rule-photo-unreadable = The photo cannot be read from the archive

## Doubts that stop nothing

rule-unknown-column = An unknown column was ignored
rule-speciality-unknown = The catalogue has no such speciality; it was taken as it stands
rule-same-certificate-other-number = The same person, qualification and date exist under another management number
rule-outside-scope = It is outside the verification scope
rule-holder-without-check = A document of this type has no check digit; make sure of it
rule-photos-not-given = The roster names photos, but no archive was given

## Notes

rule-title-row = A title row was skipped
rule-sheet-without-headings = The sheet has no headings and was skipped
