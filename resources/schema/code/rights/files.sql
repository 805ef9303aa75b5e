-- Files: copies that leave, imports that come in, loads of the nights.

-- A grant rests on an approval; a copy is for whoever begins it.
CREATE POLICY approved_adds ON export_grant FOR INSERT TO workstation_work WITH CHECK (
    is_visible(branch_id, manager_id) AND person = (SELECT app_person())
    AND is_approved(branch_id, approval_id, ARRAY['export']));
CREATE POLICY person_reads ON export_copy FOR SELECT TO workstation_app USING (
    person = (SELECT app_person()) AND is_visible(branch_id, manager_id)
    OR (SELECT app_role()) = 'compliance' AND (SELECT app_is_person()));

-- An import is its author's; only what his role may import is begun, only what was approved is done.
CREATE POLICY author_adds ON import_batch FOR INSERT TO workstation_files WITH CHECK (
    (SELECT app_writes()) AND is_visible(branch_id, manager_id)
    AND author = (SELECT app_person()) AND state IN ('pending', 'known')
    AND EXISTS (SELECT FROM import_rule r WHERE r.branch_id = '*' AND r.kind = import_batch.kind
        AND r.role = (SELECT app_role())));
CREATE POLICY author_changes ON import_batch FOR UPDATE TO workstation_files
    USING ((SELECT app_writes()) AND is_visible(branch_id, manager_id))
    WITH CHECK (state = 'refused' OR (SELECT is_import_approved())
        OR state = 'applied' AND author = (SELECT app_person())
            AND was_let_in(branch_id, import_id));
CREATE POLICY author_works ON import_part TO workstation_files
    USING ((SELECT app_writes()) AND author = (SELECT app_person())
        AND is_visible(branch_id, manager_id));
CREATE POLICY author_adds ON import_row FOR INSERT TO workstation_files WITH CHECK (
    (SELECT app_writes()) AND branch_id = ANY ((SELECT app_branches())::text[])
    AND manager_id = ANY ((SELECT app_managers())::text[])
    AND (owner = '' OR owner = ANY ((SELECT app_managers())::text[])));

-- Whoever may ask for a load to be taken back, and whoever decides, sees what was loaded; lines in full
-- are compliance's.
CREATE POLICY branch_manager_reads ON loaded_file FOR SELECT TO workstation_app
    USING ((SELECT app_role() = 'branch_manager' AND app_is_person()));
