"""What a team does together, counted anew: calls of the service line, questions to advisers."""
