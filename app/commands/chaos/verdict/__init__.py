"""What must hold in the end: counted anew, and compared row by row."""
