"""Sorted arrays, and what follows from an order."""
