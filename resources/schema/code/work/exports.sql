-- An export rests on a grant that ends on a day; each copy has a mark of its own, stands in the audit
-- trail before a row is out, is closed with its hash, and whether it arrived is said by another entry.

-- Begins a copy; what it may show can be asked for once this is committed, within an hour.
CREATE FUNCTION begin_export(in_branch text, by_approval text, file_name text, now_at text)
RETURNS TABLE (export_id text, mark text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    given export_grant;
    made export_copy;
BEGIN
    SELECT g.* INTO given FROM export_grant g
    WHERE g.branch_id = in_branch AND g.approval_id = by_approval AND g.person = app_person()
      AND is_visible(g.branch_id, g.manager_id);
    IF given.approval_id IS NULL OR NOT is_approved(in_branch, by_approval, ARRAY['export']) THEN
        RAISE EXCEPTION 'EXPORT_NOT_APPROVED' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF given.until < left(app_time(now_at), 10) THEN
        RAISE EXCEPTION 'EXPORT_OVER' USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO export_copy (branch_id, export_id, manager_id, approval_id, person, mark, name,
        begun_at, transaction, expires_ms)
    VALUES (in_branch, gen_random_uuid()::text, given.manager_id, by_approval, app_person(),
        upper(left(replace(gen_random_uuid()::text, '-', ''), 16)), file_name, now_at,
        pg_current_xact_id()::text, wall_ms() + 3600000)
    RETURNING * INTO made;
    INSERT INTO audit_entry (branch_id, chain, number, at, author, action, subject, command_id,
        outcome, detail)
    VALUES (in_branch, given.manager_id, 0, now_at, app_person(), 'export.begin', by_approval,
        made.export_id, 'logged', jsonb_build_object('content', given.content, 'clear', given.clear,
            'clients', given.clients, 'tiers', given.tiers, 'until', given.until, 'file', file_name,
            'mark', made.mark)::text);
    RETURN QUERY SELECT made.export_id, made.mark;
END $$;

-- The copy that this person began in an earlier transaction; nobody else's, none that is closed.
CREATE FUNCTION open_copy(in_branch text, of_export text) RETURNS export_copy
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    found export_copy;
BEGIN
    SELECT c.* INTO found FROM export_copy c
    WHERE c.branch_id = in_branch AND c.export_id = of_export AND c.person = app_person();
    IF found.export_id IS NULL OR found.transaction = pg_current_xact_id()::text
        OR found.file_hash <> '' OR found.expires_ms < wall_ms()
    THEN
        RAISE EXCEPTION 'EXPORT_NOT_LOGGED' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN found;
END $$;

-- The clients of a copy with their personal data: as the role sees them, in clear where the approval
-- says so and the role may ever see the field in clear.
CREATE FUNCTION exported_clients(in_branch text, of_export text)
RETURNS TABLE (branch_id text, client_id text, manager_id text, name text, mobile text, id_no text,
    birthday text, is_clear boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    given export_grant;
    plain text[];
BEGIN
    SELECT g.* INTO given FROM export_grant g
    WHERE g.branch_id = in_branch AND g.approval_id = (open_copy(in_branch, of_export)).approval_id;
    SELECT coalesce(array_agg(r.field), '{}') INTO plain FROM field_rule r
    WHERE given.clear AND r.branch_id = '*' AND r.role = app_role() AND r.unmask = 'reason';
    RETURN QUERY
    SELECT m.branch_id, m.client_id, m.manager_id,
           CASE WHEN 'name' = ANY (plain) THEN c.name ELSE m.name END,
           CASE WHEN 'mobile' = ANY (plain) THEN c.mobile ELSE m.mobile END,
           CASE WHEN 'id_no' = ANY (plain) THEN c.id_no ELSE m.id_no END,
           CASE WHEN 'birthday' = ANY (plain) THEN c.birthday ELSE m.birthday END,
           given.clear
    FROM client_masked m JOIN client c
        ON c.branch_id = m.branch_id AND c.client_id = m.client_id
    WHERE m.branch_id = in_branch
      AND (given.clients = '[]' OR given.clients ? m.client_id)
      AND (given.tiers = '[]' OR given.tiers ? m.tier);
    -- what was approved for so many clients is not good for more of them
    IF (SELECT count(*) FROM client_masked m WHERE m.branch_id = in_branch
            AND (given.clients = '[]' OR given.clients ? m.client_id)
            AND (given.tiers = '[]' OR given.tiers ? m.tier)) > given.most_clients
    THEN
        RAISE EXCEPTION 'EXPORT_GROWN' USING ERRCODE = 'insufficient_privilege';
    END IF;
END $$;

-- Closes a copy with what is in the file; the audit trail keeps it. It is closed by the hash of its file:
-- without one it would stay open after the entry that closes it.
CREATE FUNCTION finish_export(in_branch text, of_export text, of_columns text,
    row_count bigint, of_hash text, of_rows bytea, now_at text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    made constant export_copy := open_copy(in_branch, of_export);
BEGIN
    IF coalesce(of_hash, '') !~ '^[0-9a-f]{64}$' THEN
        RAISE EXCEPTION 'EXPORT_NOT_LOGGED' USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE export_copy c SET columns = of_columns, rows = row_count, file_hash = of_hash,
        fingerprint = of_rows
    WHERE c.branch_id = in_branch AND c.export_id = of_export;
    INSERT INTO audit_entry (branch_id, chain, number, at, author, action, subject, command_id,
        outcome, detail)
    VALUES (in_branch, made.manager_id, 0, now_at, app_person(), 'export', made.approval_id,
        of_export, 'logged', jsonb_build_object('file', made.name, 'mark', made.mark, 'rows',
            row_count, 'columns', of_columns, 'sha256', of_hash)::text);
END $$;

-- All of a copy arrived, with its hash. Without this a copy says that it was not finished. Said again,
-- by a desk that did not hear the answer, it changes nothing.
CREATE FUNCTION take_export(in_branch text, of_export text, of_hash text, now_at text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    made export_copy;
BEGIN
    SELECT c.* INTO made FROM export_copy c
    WHERE c.branch_id = in_branch AND c.export_id = of_export AND c.person = app_person()
      AND c.file_hash = of_hash AND of_hash <> '' FOR UPDATE;
    IF made.export_id IS NULL THEN
        RAISE EXCEPTION 'EXPORT_NOT_LOGGED' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF made.taken_at <> '' THEN
        RETURN;
    END IF;
    UPDATE export_copy c SET taken_at = now_at
    WHERE c.branch_id = in_branch AND c.export_id = of_export;
    INSERT INTO audit_entry (branch_id, chain, number, at, author, action, subject, command_id,
        outcome, detail)
    VALUES (in_branch, made.manager_id, 0, now_at, app_person(), 'export.taken', made.approval_id,
        of_export, 'logged', jsonb_build_object('mark', made.mark, 'sha256', of_hash)::text);
END $$;

GRANT EXECUTE ON FUNCTION begin_export, exported_clients, finish_export, take_export
    TO workstation_app;
