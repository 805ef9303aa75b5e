"""What things are: pure values and pure dated decisions, seen by every process."""
