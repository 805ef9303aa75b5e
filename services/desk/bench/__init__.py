"""Measures the store on made-up clients: search, writing, reading; run by ``bench`` commands."""
