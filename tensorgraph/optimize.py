"""The public face of optimization: tg.optimize.root and tg.optimize.minimize."""

from tensorgraph.ops.optimize import minimize, root

__all__ = ["minimize", "root"]
