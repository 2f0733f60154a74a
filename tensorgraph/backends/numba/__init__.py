"""Programs as plain Python functions that Numba compiles."""
