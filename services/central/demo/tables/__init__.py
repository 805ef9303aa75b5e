"""Turns the plan of the demo firm into rows, one module a group of tables; run by central init."""
