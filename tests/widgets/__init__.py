"""Tests of the parts that only draw."""
