-- The life of a mandate for program trading is kept like every other: what has ended never works again.

INSERT INTO life_step (branch_id, life, before, after) VALUES
    ('*', 'mandate', '', 'active'),
    ('*', 'mandate', '', 'draft'),
    ('*', 'mandate', '', 'signed'),
    ('*', 'mandate', 'active', 'ended'),
    ('*', 'mandate', 'draft', 'ended'),
    ('*', 'mandate', 'draft', 'signed'),
    ('*', 'mandate', 'signed', 'active'),
    ('*', 'mandate', 'signed', 'ended');
CREATE TRIGGER keep_steps BEFORE INSERT OR UPDATE OF state ON mandate
FOR EACH ROW EXECUTE FUNCTION keep_steps();
