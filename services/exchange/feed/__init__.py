"""The exchange's own level-2 stream: channels, dialects and subscribers; run by the exchange."""
