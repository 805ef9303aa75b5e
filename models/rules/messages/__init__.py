"""Message parts, sending gates, receipts and masking (§ 2.11-2.12); workers, desk, trials."""
