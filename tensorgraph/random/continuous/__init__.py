"""Continuous distributions of numbers, one a file."""
