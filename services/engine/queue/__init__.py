"""Our own orders in the queues of the books: places, times, and how well they were told; engine."""
