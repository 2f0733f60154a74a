"""Random variables as nodes of the graph: generators, constraints, distributions."""
