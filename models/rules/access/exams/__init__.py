"""How a certificate is earned: paper, score, attempts, validity; pure, used at desk and central."""
