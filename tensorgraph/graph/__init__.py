"""What a graph is: variables, applies, ops and types; knows no tensor."""
