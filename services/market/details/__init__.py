"""What the books tell beyond ten levels, read, scanned and paced for screens; in the engine."""
