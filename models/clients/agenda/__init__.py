"""The rows of a manager's day: what they are, in which order, by whose words; used by the desk."""
