-- Rows that tell who did something (maker, decided_by, author, by_staff, taken_by, …) name a person by his
-- number alone, also after their client went to another branch; he signs in by it. So a number is one
-- person's in the whole firm: where one is given twice, nobody but the firm can say who is meant.

DO $$
DECLARE
    twice constant text := (SELECT string_agg(t.told, '; ' ORDER BY t.told) FROM (
        SELECT staff_id || ': ' || string_agg(branch_id, ', ' ORDER BY branch_id) AS told
        FROM staff GROUP BY staff_id HAVING count(*) > 1) t);
BEGIN
    IF twice IS NOT NULL THEN
        RAISE EXCEPTION 'STAFF_NUMBER_TWICE %', twice USING ERRCODE = 'unique_violation';
    END IF;
END $$;

CREATE UNIQUE INDEX by_id_staff ON staff (staff_id);
