"""Graph in, graph out: gradients, tangents, Jacobians, batches; knows no op."""
