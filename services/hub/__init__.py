"""The desks' only door to the firm: sign-in, commands up, changes down, wake-ups; run by hub."""
