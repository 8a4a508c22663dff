-- With what a seal seals OFD (GB/T 38540). A seal without a row has nothing for it.
CREATE TABLE national_seal (
    code {key} NOT NULL PRIMARY KEY,  -- of table seal
    certificate {blob} NOT NULL,      -- DER, of the key on SM2
    digest {blob} NOT NULL,           -- SHA-256 of the electronic seal
    serial TEXT NOT NULL,             -- the electronic seal's own code
    version {int} NOT NULL,           -- 4: GB/T 38540-2020, 5: GM/T 0031-2025
    valid_from {int} NOT NULL,        -- the electronic seal's
    valid_until {int} NOT NULL
) {narrow};
