"""Parts of any screen: tables, tiles, notices, empty states; run in the desk."""
