"""tensorgraph: the public face."""
