"""The algebra: rules that make a graph simpler, more accurate and faster; one theme a file."""
