-- Whether a copy has reached whom it was made for. Its hash is in the audit trail before its first byte
-- is out; that all of it arrived, with that hash, is said by another entry. Without it a copy says that
-- it was not finished.

ALTER TABLE export_copy ADD COLUMN taken_at TEXT DEFAULT '' NOT NULL;

CREATE FUNCTION take_export(in_branch text, of_export text, of_hash text, now_at text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    made export_copy;
BEGIN
    UPDATE export_copy c SET taken_at = now_at
    WHERE c.branch_id = in_branch AND c.export_id = of_export AND c.person = app_person()
      AND c.file_hash = of_hash AND of_hash <> '' AND c.taken_at = ''
    RETURNING * INTO made;
    IF made.export_id IS NULL THEN
        RAISE EXCEPTION 'EXPORT_NOT_LOGGED' USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO audit_entry (branch_id, chain, number, at, author, action, subject, command_id,
        outcome, detail)
    VALUES (in_branch, made.manager_id, 0, now_at, app_person(), 'export.taken', made.approval_id,
        of_export, 'logged', jsonb_build_object('mark', made.mark, 'sha256', of_hash)::text);
END $$;
GRANT EXECUTE ON FUNCTION take_export TO workstation_app;
