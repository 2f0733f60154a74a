"""The tests, as one package, so that rooms may hold files of one name."""
