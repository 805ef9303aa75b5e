"""Practice: a simulated client's script, what a trainee did, and the judgement of it; all."""
