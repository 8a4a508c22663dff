-- What the QR code of a copy states without a network, as it was signed: once for an endorsement, and an input of each
-- copy. NULL: the code holds the address alone.
ALTER TABLE endorsement ADD COLUMN statement {blob};  -- sealed
ALTER TABLE intent ADD COLUMN statement {blob};       -- sealed
