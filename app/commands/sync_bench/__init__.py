"""``bench sync``: how quick commands go up and changes come down, against bare means."""
