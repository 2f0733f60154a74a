"""What is known of a matrix, and what it saves."""
