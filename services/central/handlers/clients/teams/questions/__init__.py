"""Questions to the advisory network, from asking to telling the client; run by workers."""
