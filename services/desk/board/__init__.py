"""How the desk's connections stand, what changed, what rules allow a client; desk process."""
