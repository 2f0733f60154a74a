"""From log-densities to posterior draws."""
