"""Arrays from shapes, numbers and patterns."""
