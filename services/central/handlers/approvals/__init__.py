"""A second person: asking, deciding, doing what was approved; run by workers (features F27)."""
