"""What people and the market do, drawn at random: every command that central knows."""
