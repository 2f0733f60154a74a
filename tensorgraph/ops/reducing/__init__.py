"""Reductions, statistics, and running totals along axes."""
