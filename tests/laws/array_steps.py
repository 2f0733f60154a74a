"""Steps of random programs that move, index, join, and multiply arrays."""

import numpy as np
from hypothesis import strategies as st

from tests.laws.vocabulary import (
    ANY,
    NUMBER,
    REAL,
    Draw,
    Unfit,
    always,
    axis,
    step,
)

# -- shapes ----------------------------------------------------------------------------


@step(ANY)
def reshaped(draw: Draw, x: np.ndarray) -> str:
    n = draw(st.integers(0, x.ndim))
    ways = [
        "{0}.T",
        "xp.ravel({0})",
        "xp.reshape({0}, (-1,))",
        f"xp.expand_dims({{0}}, {n})",
        "xp.broadcast_to({0}, (2, *{0}.shape))",
        f"xp.expand_dims({{0}}, ({n}, {n + 1}))",
        f"xp.tile({{0}}, {draw(st.integers(1, 2))})",
        "xp.atleast_2d({0})",
        "xp.pad({0}, 1)",
        "xp.concatenate([xp.ravel({0}), xp.ravel({0})[::-1]])",
    ]
    if 0 not in x.shape:
        modes = ["edge", "wrap", "reflect", "symmetric"]
        ways.append(f"xp.pad({{0}}, 1, mode={draw(st.sampled_from(modes))!r})")
    if x.ndim:
        k, j = axis(draw, x, 0), axis(draw, x, 0)
        first, *rest = x.shape
        ways += [
            f"xp.moveaxis({{0}}, {k}, {j})",
            f"xp.swapaxes({{0}}, {k}, {j})",
            f"xp.flip({{0}}, {k})",
            f"xp.roll({{0}}, {draw(st.integers(-4, 4))}, {k})",
            f"xp.repeat({{0}}, {draw(st.integers(0, 2))}, {k})",
            f"xp.reshape({{0}}, {(*rest, first)})",
            f"xp.reshape({{0}}, {(1, *x.shape[::-1])})",
        ]
    if x.ndim > 1:
        offset = draw(st.integers(-1, 1))
        ways += [
            f"xp.diagonal({{0}}, {offset})",
            f"xp.tril({{0}}, {offset})",
            f"xp.triu({{0}}, {offset})",
            f"xp.trace({{0}}, {offset})",
        ]
    single = [i for i, n in enumerate(x.shape) if n == 1]
    if single:
        ways.append(f"xp.squeeze({{0}}, {draw(st.sampled_from(single))})")
    if x.ndim == 1:
        ways += ["xp.diag({0})", "xp.outer({0}, {0})", "{0}[:, None] * {0}"]
    return draw(st.sampled_from(ways))


def joins(a: np.ndarray, b: np.ndarray) -> bool:
    return a.ndim == b.ndim and a.ndim > 0 and a.shape[1:] == b.shape[1:]


@step(f"{ANY} {ANY}", joins)
def joined(draw: Draw, a: np.ndarray, b: np.ndarray) -> str:
    ways = ["xp.concatenate([{0}, {1}])", "xp.concatenate([{1}, {0}[:1], {1}])"]
    if a.shape == b.shape:
        ways.append(f"xp.stack([{{0}}, {{1}}], axis={axis(draw, a, 0)})")
        ways.append(f"xp.concatenate([{{0}}, {{1}}], axis={axis(draw, a, 0)})")
    return draw(st.sampled_from(ways))


# -- indexing --------------------------------------------------------------------------


def subscript(draw: Draw, x: np.ndarray) -> str:
    """Integers, slices, lists of integers, new axes, an ellipsis, a mask."""
    found, listed = [], draw(st.integers(1, 3))
    for n in x.shape[: draw(st.integers(0, x.ndim))]:
        kind = draw(st.sampled_from(["slice", "slice", "integer", "list"]))
        inside = st.integers(-n, n - 1)
        if kind == "slice" or n == 0:
            bound = st.none() | st.integers(-n - 1, n + 1)
            parts = ["" if (v := draw(bound)) is None else str(v) for _ in "ab"]
            stride = draw(st.sampled_from(["", ":2", ":-1", ":-2"]))
            found.append(":".join(parts) + stride)
        elif kind == "integer":
            found.append(str(draw(inside)))
        else:
            found.append(str([draw(inside) for _ in range(listed)]))
    for word in ["None", "..."]:
        if draw(st.integers(0, 3)) == 3:
            found.insert(draw(st.integers(0, len(found))), word)
    return ", ".join(found) or "..."


@step(ANY)
def indexed(draw: Draw, x: np.ndarray) -> str:
    return f"{{0}}[{subscript(draw, x)}]"


@step(ANY)
def updated(draw: Draw, x: np.ndarray) -> str:
    if x.dtype.kind == "b":
        raise Unfit("bools are not counted")
    how = draw(st.sampled_from(["set", "add", "mul", "max", "min"]))
    index, value = f"xp.s_[{subscript(draw, x)}]", draw(st.sampled_from(["2", "-1"]))
    if x.dtype.kind == "u":
        value = "2"
    if x.ndim and draw(st.booleans()):
        part = subscript(draw, x)
        try:
            shape = eval(f"x[{part}]", {"x": x}).shape
        except IndexError as error:
            raise Unfit(str(error)) from None
        if 1 in shape:
            raise Unfit("a length that turns out to be 1 does not broadcast")
        value = f"{{0}}[xp.s_[{part}]]"
    return f"xp.update({{0}}, {index}, {value}, {how!r})"


@step(f"{ANY} iu", always)
def gathered(draw: Draw, x: np.ndarray, k: np.ndarray) -> str:
    n = axis(draw, x)
    length = x.shape[n]
    return draw(st.sampled_from([
        f"xp.take({{0}}, {{1}} % {length}, axis={n})",
        f"xp.moveaxis({{0}}, {n}, 0)[{{1}} % {length}]",
        f"xp.take({{0}}, {{1}}, axis={n}, mode='clip')",
        f"xp.take({{0}}, {{1}}, axis={n}, mode='wrap')",
    ]))  # fmt: skip


@step(f"{REAL} iu", lambda a, b: a.ndim > 0 and a.shape[:1] == b.shape)
def scattered(draw: Draw, x: np.ndarray, k: np.ndarray) -> str:
    return draw(st.sampled_from([
        "xp.update(xp.zeros((5, *{0}.shape[1:])), {1} % 5, {0}, 'add')",
        "xp.update({0}, {1} % " + str(max(1, len(x))) + ", 1.5 * {0}, 'add')",
        "xp.update({0}, {1} % " + str(max(1, len(x))) + ", {0}[::-1], 'max')",
    ]))  # fmt: skip


@step(f"{ANY} b", lambda a, b: b.ndim > 0 and a.shape[: b.ndim] == b.shape)
def masked(draw: Draw, x: np.ndarray, mask: np.ndarray) -> str:
    return draw(st.sampled_from([
        "{0}[{1}]",
        "xp.update({0}, {1}, 1, 'set')",
        "xp.sum({0}[{1}])",
    ]))  # fmt: skip


@step(NUMBER)
def searched(draw: Draw, x: np.ndarray) -> str:
    if x.ndim != 1:
        raise Unfit("one axis only")
    return draw(st.sampled_from([
        "xp.searchsorted(xp.sort({0}), {0})",
        "xp.searchsorted(xp.sort({0}), 0.5, side='right')",
        "xp.unique({0})",
        "xp.nonzero({0})[0]",
        "xp.cumsum({0} > 0)",
        "xp.digitize({0}, [-1.0, 0.0, 1.0])",
        "xp.histogram({0}, bins=3, range=(-2, 2))[0]",
        "xp.convolve({0}, [1.0, -2.0, 0.5])" if len(x) else "{0}",
    ]))  # fmt: skip


# -- products --------------------------------------------------------------------------


def multiplies(a: np.ndarray, b: np.ndarray) -> bool:
    try:
        np.matmul(a, b)
    except ValueError:
        return False
    return True


@step(f"{NUMBER} {NUMBER}", multiplies)
def product(draw: Draw, a: np.ndarray, b: np.ndarray) -> str:
    ways = ["{0} @ {1}", "xp.matmul({0}, {1}) * 0.5", "(-{0}) @ {1}", "{0} @ (2 * {1})"]
    if a.ndim == b.ndim == 2:
        ways += [
            "({1}.T @ {0}.T).T",
            "xp.einsum('ij,jk->ik', {0}, {1})",
            "xp.tensordot({0}, {1}, 1)",
            "xp.sum({0}[:, :, None] * {1}[None], axis=1)",
            "xp.dot({0}, {1})",
        ]
    if a.ndim == 1:
        ways += ["xp.dot({0}, {1})", "xp.matmul({0}[None], {1})"]
    return draw(st.sampled_from(ways))


@step(REAL)
def linear_algebra(draw: Draw, x: np.ndarray) -> str:
    if x.ndim < 2 or x.shape[-1] != x.shape[-2] or x.dtype == "float16":
        raise Unfit("no square matrix")
    if not np.all(np.isfinite(x)):
        raise Unfit("where nan goes depends on the algorithm")
    n = x.shape[-1]
    positive = f"(0.1 * {{0}} @ xp.swapaxes({{0}}, -1, -2) + xp.eye({n}))"
    near = f"(xp.tanh({{0}}) + {n + 1} * xp.eye({n}))"
    return draw(st.sampled_from([
        f"xp.linalg.cholesky({positive})",
        f"xp.linalg.inv({near})",
        f"xp.linalg.solve({near}, {{0}})",
        f"xp.linalg.det({near})",
        f"xp.linalg.slogdet({positive})[1]",
        "xp.linalg.norm({0})" if x.ndim == 2 else f"xp.linalg.det({positive})",
        "xp.linalg.matrix_power({0}, 2)",
        f"xp.linalg.eigvalsh({positive})",
        f"xp.linalg.eigh({positive})[0]",
        f"xp.abs(xp.linalg.qr({near})[1])",
        f"xp.linalg.svd({near}, compute_uv=False)",
        f"xp.linalg.solve({near}, xp.ones(({n}, 2))) @ xp.ones((2, 3))",
        f"xp.linalg.inv({positive}) @ {{0}}",
        f"xp.log(xp.linalg.det({positive}))",
        f"xp.sum(xp.log(xp.diagonal(xp.linalg.cholesky({positive}), 0, -2, -1)))",
    ]))  # fmt: skip
