"""How the desk's connections stand and what changed, in memory; desk process."""
