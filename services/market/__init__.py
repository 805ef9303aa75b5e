"""Level-2 market data from feed or files to books and pictures; runs in the engine process."""
