"""Grading of clients and its periodic review (service-system S1-S2, D1-D3); central, desk."""
