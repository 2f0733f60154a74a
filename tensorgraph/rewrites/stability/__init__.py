"""Formulas that lose digits, and the ones that keep them."""
