"""Files in and out: their kinds, what becomes of each row of an import; pure, used by all."""
