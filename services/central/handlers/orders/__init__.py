"""What an order's steps and trades change: holding, cash, charges, points; run by workers."""
