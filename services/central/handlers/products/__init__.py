"""SMS products and products A-E, their rates and bundles; run by workers (S19-S31)."""
