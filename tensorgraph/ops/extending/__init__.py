"""What users add: graphs and functions as ops, gradients of their own, messages."""
