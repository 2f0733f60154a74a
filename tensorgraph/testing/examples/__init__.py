"""The examples of every op, one file a family; importing this fills the registry."""

from tensorgraph.testing.examples import broadcast as broadcast
from tensorgraph.testing.examples import control as control
from tensorgraph.testing.examples import create as create
from tensorgraph.testing.examples import index as index
from tensorgraph.testing.examples import join as join
from tensorgraph.testing.examples import linalg as linalg
from tensorgraph.testing.examples import reduce as reduce
from tensorgraph.testing.examples import shape as shape
