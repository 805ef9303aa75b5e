"""Builders, fakes and leak guards for the tests."""
