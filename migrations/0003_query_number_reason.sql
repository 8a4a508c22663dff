-- Why staff made a query number in a holder's place. NULL: the holder made it.
ALTER TABLE query_number ADD COLUMN on_behalf {blob};  -- sealed
