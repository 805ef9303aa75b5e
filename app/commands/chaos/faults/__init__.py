"""What can be broken, one module a kind of thing, and the book of what is broken just now."""
