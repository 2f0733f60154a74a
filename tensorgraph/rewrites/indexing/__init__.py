"""What is picked is picked early; what is written is written once."""
