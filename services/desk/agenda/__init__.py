"""The agenda: what a manager should do for whom, kept in step with the store; desk process."""
