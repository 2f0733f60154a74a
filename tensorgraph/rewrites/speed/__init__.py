"""The cheapest way to compute the same."""
