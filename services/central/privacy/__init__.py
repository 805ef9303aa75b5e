"""Personal data: what is shown masked, a logged look at it in clear, may a message be sent."""
