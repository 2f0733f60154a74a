"""Discrete distributions of numbers, one a file."""
