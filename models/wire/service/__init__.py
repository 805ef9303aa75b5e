"""Commands of client service, one module a kind of work; sent by desks, applied by workers."""
