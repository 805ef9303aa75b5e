"""Everything that travels between processes; nothing else may cross."""
