"""Tests of the examples: posteriors against references."""
