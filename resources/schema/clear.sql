-- Takes away all that acts, so that tables change with nothing acting on them and each function, trigger
-- and right that there is then stands in code/. The schema public is the program's: of what others keep
-- there an extension's stays, and what the owner of this database has no power over.

DO $$
DECLARE
    gone record;
BEGIN
    FOR gone IN
        SELECT format('DROP TRIGGER %I ON %s', t.tgname, c.oid::regclass) AS statement, 1 AS turn
        FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
        WHERE c.relnamespace = 'public'::regnamespace AND NOT t.tgisinternal
          AND pg_has_role(c.relowner, 'USAGE')
        UNION ALL
        SELECT format('DROP POLICY %I ON %s', p.polname, c.oid::regclass), 1
        FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
        WHERE c.relnamespace = 'public'::regnamespace AND pg_has_role(c.relowner, 'USAGE')
        UNION ALL
        SELECT format('DROP VIEW %s', c.oid::regclass), 1 FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'v'
          AND pg_has_role(c.relowner, 'USAGE')
          AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
              AND d.objid = c.oid AND d.deptype = 'e')
        UNION ALL
        SELECT DISTINCT format('REVOKE ALL ON %s FROM %I', c.oid::regclass, r.rolname), 1
        FROM pg_class c LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attacl IS NOT NULL
        CROSS JOIN LATERAL aclexplode(c.relacl || a.attacl) g JOIN pg_roles r ON r.oid = g.grantee
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
          AND pg_has_role(c.relowner, 'USAGE') AND r.rolname = ANY (ARRAY['workstation_app',
              'workstation_sync', 'workstation_work', 'workstation_files', 'workstation_night'])
        UNION ALL -- what the others called
        SELECT format('DROP ROUTINE %s', p.oid::regprocedure), 2 FROM pg_proc p
        WHERE p.pronamespace = 'public'::regnamespace AND pg_has_role(p.proowner, 'USAGE')
          AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass
              AND d.objid = p.oid AND d.deptype = 'e')
        ORDER BY turn
    LOOP
        EXECUTE gone.statement;
    END LOOP;
END $$;
