"""Recorded days: the orders behind them, the packed form, and the proof of the matching engine."""
