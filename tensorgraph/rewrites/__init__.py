"""The algebra: rules for simpler, more accurate, faster graphs; one theme a file."""
