"""Rules that pick clients: what may be asked, and how one client answers; used in every process."""
