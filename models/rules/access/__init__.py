"""Entitlements, channels, suitability, qualified investors (S3-S18, § 2.9-2.10); desk, central."""
