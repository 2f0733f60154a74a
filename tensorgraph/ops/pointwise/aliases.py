"""Other names of elementwise functions: NumPy's full ones, its new ones, PyTensor's."""

from __future__ import annotations

from tensorgraph.ops import math
from tensorgraph.ops.pointwise import bits, parts, trigonometry

# NumPy's full names
absolute, conjugate = math.abs, parts.conj
subtract, multiply, negative = math.sub, math.mul, math.neg
divide = true_divide = math.true_div
floor_divide, remainder, power = math.floor_div, math.mod, math.pow
square, equal, not_equal = math.sqr, math.eq, math.neq
greater, greater_equal = math.gt, math.ge
less, less_equal = math.lt, math.le
radians, degrees = trigonometry.deg2rad, trigonometry.rad2deg

# NumPy's names since version 2
acos, acosh, asin = trigonometry.arccos, trigonometry.arccosh, trigonometry.arcsin
asinh, atan, atan2 = trigonometry.arcsinh, math.arctan, trigonometry.arctan2
atanh = trigonometry.arctanh
bitwise_invert = bitwise_not = bits.invert
bitwise_left_shift, bitwise_right_shift = bits.left_shift, bits.right_shift

# PyTensor's names
and_, or_, xor = bits.bitwise_and, bits.bitwise_or, bits.bitwise_xor
sgn, int_div = math.sign, math.floor_div
psi, tri_gamma, expit = math.digamma, math.trigamma, math.sigmoid
log1pexp = math.softplus
