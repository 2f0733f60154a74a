"""The examples of every op, one file a family; importing this fills the registry."""

from tensorgraph.testing.examples import broadcast as broadcast
