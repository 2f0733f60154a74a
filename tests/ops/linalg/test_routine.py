"""The C routines of linear algebra stay inside their memory and do as the reference."""

import ctypes

import numpy as np
import pytest

from tensorgraph.backends.routines import resolve
from tensorgraph.ops.linalg.banded import BandedSolve, TridiagonalSolve
from tensorgraph.ops.linalg.eigen import SymmetricEigen, SymmetricEigenvalues
from tensorgraph.ops.linalg.eigen_general import Eigen, Eigenvalues
from tensorgraph.ops.linalg.equations import DiscreteRiccati, Sylvester
from tensorgraph.ops.linalg.factor import Cholesky, CholeskyAdjoint
from tensorgraph.ops.linalg.functions import Expm, ExpmDerivative, Logm, Sqrtm
from tensorgraph.ops.linalg.least_squares import LeastSquares
from tensorgraph.ops.linalg.library import in_dtype
from tensorgraph.ops.linalg.lu import LUAdjoint, LUFactor, PivotToPermutation, Solve
from tensorgraph.ops.linalg.qr import QR
from tensorgraph.ops.linalg.routine import RoutineOp, core_dims
from tensorgraph.ops.linalg.solve import SolvePositive
from tensorgraph.ops.linalg.svd import SVD, SingularValues
from tensorgraph.ops.linalg.triangular import SolveTriangular
from tensorgraph.ops.namespace import numpy_namespace

OPS = [
    BandedSolve(2, 1, False), BandedSolve(0, 3, True), TridiagonalSolve(), Cholesky(),
    CholeskyAdjoint(), DiscreteRiccati(), Eigen(), Eigenvalues(), Expm(),
    ExpmDerivative(), LUAdjoint(), LUFactor(), LeastSquares(-1e-15), Logm(),
    PivotToPermutation(True), PivotToPermutation(False), QR("r"), QR("reduced"),
    QR("complete"), SVD(False), SVD(True), SingularValues(), Solve(True), Solve(False),
    SolvePositive(), SolveTriangular("lower", True),
    SolveTriangular("upper", False, True), Sqrtm(), Sylvester(),
    SymmetricEigen(), SymmetricEigenvalues(),
]  # fmt: skip
LENGTHS = [
    (0, 0, 0),
    (1, 1, 1),
    (2, 3, 1),
    (5, 3, 2),
    (3, 5, 4),
    (70, 35, 3),
    (7, 9, 0),
]
GUARD, MARK = 64, 7.5


def test_every_routine_is_listed():
    def below(kind):
        return {kind}.union(*map(below, kind.__subclasses__()))

    assert below(RoutineOp) - {RoutineOp} == {type(op) for op in OPS}


def lengths_of(op, numbers):
    """A length for each name; bands and diagonals have the lengths they must."""
    names = dict.fromkeys(d for dims in core_dims(str(op.signature))[0] for d in dims)
    lengths = dict(zip(names, numbers, strict=False))
    if isinstance(op, TridiagonalSolve):
        lengths["m"] = lengths["n"] - 1
    if isinstance(op, BandedSolve):
        lengths["d"] = op.below + op.above + 1
    for name, pair in op.smaller.items():
        lengths[name] = min(lengths[p] for p in pair)
    return lengths


def cores(op, lengths, rng, dtype):
    """Well-conditioned inputs: Hermitian matrices, permutations where they are due."""
    found = []
    for dims in core_dims(str(op.signature))[0][op.unread :]:
        shape = [lengths[d] for d in dims]
        value = rng.normal(size=shape)
        if dtype == "complex128":
            value = value + 1j * rng.normal(size=shape)
        if len(dims) == 2 and dims[0] == dims[1]:
            value = value @ value.conj().T / 4 + (1 + shape[0]) * np.eye(shape[0])
        order = isinstance(op, Solve | LUAdjoint) and len(dims) == 1
        integers = isinstance(op, PivotToPermutation)
        if order or integers:
            value = rng.permutation(shape[0])
        found.append(np.ascontiguousarray(value))
    return found


def guarded(shape, dtype="float64"):
    """An array of rubbish between marks."""
    size = int(np.prod(shape))
    space = np.full(size + 2 * GUARD, 3, dtype)
    space[:GUARD] = space[GUARD + size :] = MARK
    return space, space[GUARD : GUARD + size].reshape(shape)


def called(op, inputs, outputs, work, lengths, dtype):
    number = {int: ctypes.c_int64, bool: ctypes.c_int64, float: ctypes.c_double}
    given = [ctypes.c_void_p(a.ctypes.data) for a in (*inputs, *outputs, *work)]
    given += [ctypes.c_int64(n) for n in lengths.values()]
    given += [number[type(value)](value) for value in op.options()]
    helpers = [in_dtype(helper, dtype) for helper in op.helpers]
    given += [ctypes.c_void_p(resolve(helper)) for helper in helpers]
    kinds = [type(value) for value in given]
    ctypes.CFUNCTYPE(None, *kinds)(resolve(in_dtype(op.routine, dtype)))(*given)


@pytest.mark.parametrize("op", OPS, ids=str)
@pytest.mark.parametrize("dtype", ["float64", "complex128"])
def test_memory_and_values(op, dtype):
    rng = np.random.default_rng(len(str(op)))
    for numbers in LENGTHS:
        lengths = lengths_of(op, numbers)
        if min(lengths.values()) < 0:
            continue
        inputs = cores(op, lengths, rng, dtype)
        kept = [a.copy() for a in inputs]
        shapes = [
            [lengths[d] for d in dims] for dims in core_dims(str(op.signature))[1]
        ]
        kinds = op.output_dtypes(dtype)
        spaces = [guarded(s, kind) for s, kind in zip(shapes, kinds, strict=False)]
        if op.work:
            more = op.complex_work if dtype == "complex128" else {}
            polynomial = [*op.work.items(), *more.items()]
            room = 1 + sum(
                factor * int(np.prod([lengths[d] for d in names]))
                for names, factor in polynomial
            )
            spaces.append(guarded((room,), dtype))
        arrays = [array for _, array in spaces]
        called(op, inputs, arrays[: len(shapes)], arrays[len(shapes) :], lengths, dtype)
        for space, array in spaces:
            ends = np.concatenate([space[:GUARD], space[GUARD + array.size :]])
            assert (ends == np.array(MARK, space.dtype)).all(), (numbers, "outside")
        for before, after in zip(kept, inputs, strict=True):
            np.testing.assert_array_equal(before, after)
        expected = op.reference(numpy_namespace, *kept)
        expected = expected if isinstance(expected, tuple) else (expected,)
        for found, want in zip(arrays, expected, strict=False):
            size = 1 + np.abs(want).max(initial=0)
            np.testing.assert_allclose(found, want, rtol=1e-8, atol=1e-9 * size)
