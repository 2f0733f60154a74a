"""Elementwise functions beyond `math`: one file a family."""
