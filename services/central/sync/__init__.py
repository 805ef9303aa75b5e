"""What travels between desks and central: commands in, changes and snapshots out; run by hub and worker."""
