"""The same elements in other shapes: moved, joined, cut, repeated, padded."""
