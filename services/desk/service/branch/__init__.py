"""What a branch does together, judged before it is asked for: campaigns, the question desk."""
