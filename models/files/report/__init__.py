"""What a client report consists of: its period and a tree of headings, tables, sentences; pure."""
