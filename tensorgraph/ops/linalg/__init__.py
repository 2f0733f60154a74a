"""Linear algebra: products, factorizations, triangular systems."""
