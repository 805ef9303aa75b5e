"""The practice firm: made of a scenario, played by its script; worker and commands."""
