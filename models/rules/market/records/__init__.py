"""The dated records of the market rules and how the one in force is found; every process."""
