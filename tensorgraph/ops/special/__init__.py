"""Special functions, one family a file; nothing is loaded before it is used."""
