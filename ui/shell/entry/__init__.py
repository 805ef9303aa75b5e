"""What stands before the desk: its start, the sign-in, the curtain of a locked one."""
