"""Axes, lengths, joined parts and reductions."""
