"""What a branch does together, as pages show it: campaigns, the question desk; desk process."""
