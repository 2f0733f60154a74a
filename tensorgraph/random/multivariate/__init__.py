"""Distributions of vectors and matrices, one a file."""
