"""What the desk's services read from the store, as plain values; desk process."""
