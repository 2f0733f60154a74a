"""From generative graphs to log-density graphs."""
