"""The measurable ideas, one a file; importing this package declares them all."""

from tensorgraph.logprob.rules import affine, base, joint, mixture, monotone, views

__all__ = ["affine", "base", "joint", "mixture", "monotone", "views"]
