"""Own-painted live panels of one security: ladder, queue, tape, chart; run in the desk."""
