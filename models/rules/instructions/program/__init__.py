"""Program trading and its limits (S43-S44, § 2.9); engine, desk, trials."""
