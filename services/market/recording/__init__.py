"""Recorded days of the feed: blocks, files, the engine's recorder, replay into a heart, proof."""
