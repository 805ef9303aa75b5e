"""The real program under hostile hands: every process real, every fault done from outside."""
