"""What can be computed: each op with all its rules in one place."""

from tensorgraph.ops import variable

__all__ = ["variable"]
