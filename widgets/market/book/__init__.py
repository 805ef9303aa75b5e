"""More of a book than ten levels: all of them, any queue, flow by size, an auction's course."""
