"""Other people's books, measured beside ours in environments of their own; run by the bench."""
