-- The query numbers of a certificate are listed to its holder, whoever made them, and go with his account.
DROP INDEX query_number_by_staff;
CREATE INDEX query_number_of_certificate ON query_number (certificate_id);
