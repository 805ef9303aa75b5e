"""Order books record by record: the compiled kernel and its plain-Python twin, in the engine."""
