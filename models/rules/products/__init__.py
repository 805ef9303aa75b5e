"""What products A-E and the SMS products cost and contain (S19-S31); desk, central, trials."""
