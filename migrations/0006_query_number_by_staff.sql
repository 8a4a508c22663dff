-- The few query numbers that staff made in a holder's place are shown with the certificate.
CREATE INDEX query_number_by_staff ON query_number (certificate_id) WHERE on_behalf IS NOT NULL;
