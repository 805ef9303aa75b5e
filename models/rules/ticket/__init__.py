"""All checks of one ticket in one order: the desk shows them, the engine obeys them."""
