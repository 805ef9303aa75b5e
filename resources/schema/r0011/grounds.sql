-- What commands are judged by goes down to the desks: the firm's dated settings on the firm's
-- stream, a certificate on the stream of whoever passed it.

ALTER TABLE firm_setting ALTER value TYPE TEXT USING value::text;
ALTER TABLE firm_setting
    ADD manager_id TEXT DEFAULT '*' NOT NULL,
    ADD version INTEGER DEFAULT '1' NOT NULL,
    ADD CONSTRAINT ck_firm_setting_stream CHECK (manager_id = '*'),
    ADD CONSTRAINT ck_firm_setting_value CHECK (value IS JSON);
CALL log_changes_of('firm_setting');

ALTER TABLE staff_certificate ADD version INTEGER DEFAULT '1' NOT NULL;
GRANT UPDATE (version) ON staff_certificate TO workstation_night;
CALL log_changes_of('staff_certificate');

-- Everybody reads his own: his desk judges him by them. The call centre still reads nobody else's.
DROP POLICY adviser_scope ON staff_certificate;
DROP POLICY no_trading ON staff_certificate;
CREATE POLICY own_only ON staff_certificate AS RESTRICTIVE TO workstation_app
    USING ((SELECT app_role()) NOT IN ('adviser', 'call_centre')
           OR manager_id = (SELECT app_person()));

-- What is there already is told once: desks that follow these streams have never had it.
UPDATE firm_setting SET version = version;
UPDATE staff_certificate SET version = version;
