"""What travels between desks and central: commands in, changes out; run by hub and worker."""
