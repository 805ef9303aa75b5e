-- How central reads: a stream whole (resync), and one client's rows.

DO $$
DECLARE
    read_table text;
BEGIN
    FOREACH read_table IN ARRAY ARRAY['client', 'account', 'holding', 'points_entry',
        'subscription', 'contact', 'instruction', 'mandate', 'trade_order', 'trade_fill', 'task',
        'command_answer', 'security_event', 'staff']
    LOOP
        EXECUTE format('CREATE INDEX %I ON %I (branch_id, manager_id)',
            'by_stream_' || read_table, read_table);
    END LOOP;
    FOREACH read_table IN ARRAY ARRAY['account', 'holding', 'points_entry', 'subscription',
        'contact', 'instruction', 'mandate', 'trade_order', 'trade_fill', 'task']
    LOOP
        EXECUTE format('CREATE INDEX %I ON %I (branch_id, client_id)',
            'by_client_' || read_table, read_table);
    END LOOP;
    CREATE INDEX by_order_trade_fill ON trade_fill (branch_id, client_order_id);
END $$;
