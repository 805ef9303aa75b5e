"""One security and one ticket: search, chart, book, order entry; runs in the desk."""
