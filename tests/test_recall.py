"""Functions that start from the store: the same, but for what is the user's own."""

import pickle
import subprocess
import sys

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.backends import store
from tensorgraph.config import config
from tensorgraph.errors import ShapeError
from tensorgraph.ops.extending.wrap_py import wrap_py

pytestmark = pytest.mark.usefixtures("recalling")


def compiled(scale=2.0, **options):
    x = tg.dvector("x")
    data = tg.constant(np.arange(40.0) * scale)
    return tg.function([x], [tg.sum(tg.exp(x) * data[:3]), x + data[3:6]], **options)


@pytest.mark.parametrize("mode", ["C", "FAST_COMPILE", "NUMBA"])
def test_a_function_that_was_compiled_before_is_recalled(rewritten, mode):
    first, again = compiled(mode=mode), compiled(mode=mode)
    assert len(rewritten) == 1
    for mine, other in zip(first(np.ones(3)), again(np.ones(3)), strict=True):
        np.testing.assert_array_equal(mine, other)
    assert again.loops == first.loops and again.source == first.source
    assert again.dprint(file="str") == first.dprint(file="str")


def test_other_constants_options_and_modes_are_other_functions(rewritten):
    compiled(), compiled(3.0), compiled(mode="FAST_COMPILE"), compiled(name="other")
    assert len(rewritten) == 4
    np.testing.assert_array_equal(compiled(3.0)(np.zeros(3))[1], [9.0, 12.0, 15.0])
    assert len(rewritten) == 4
    compiled(profile=True)
    assert len(rewritten) == 5


def test_shared_variables_are_those_of_the_caller(rewritten):
    def counter(start):
        n = tg.shared(start, name="n")
        step = tg.dscalar("step")
        return n, tg.function([step], n * 10.0, updates={n: n + step})

    counter(0.0)
    n, count = counter(5.0)
    assert len(rewritten) == 1
    assert [count(1.0), count(2.0), n.get_value()] == [50.0, 60.0, 8.0]
    assert count.get_shared() == [n]
    m = tg.shared(1.0, name="m")
    other = count.copy(swap={n: m})
    assert [other(1.0), m.get_value(), n.get_value()] == [10.0, 2.0, 8.0]


def test_random_generators_are_those_of_the_caller(rewritten):
    def draw(seed):
        rng = tg.random.default_rng(seed)
        return tg.function([], tg.random.normal(0, 1, size=3, rng=rng))

    draw(1)
    again = draw(2)
    assert len(rewritten) == 1
    expected = np.random.default_rng(2)
    np.testing.assert_array_equal(again(), expected.normal(size=3))
    np.testing.assert_array_equal(again(), expected.normal(size=3))


def sums(line):
    """A sum of two vectors, built on one of two lines."""
    x, y = tg.dvectors("x y")
    if line == 1:
        total = x + y  # the first line
    else:
        total = x + y  # the second line
    return tg.function([x, y], total)


def test_errors_name_the_line_of_the_caller(rewritten):
    sums(1)
    again = sums(2)
    assert len(rewritten) == 1
    with pytest.raises(ShapeError) as raised:
        again([1.0], [1.0, 2.0])
    assert "the second line" in str(raised.value)


def test_recalled_functions_pickle_and_copy(rewritten):
    compiled()
    again = compiled()
    other = pickle.loads(pickle.dumps(again))
    np.testing.assert_array_equal(other(np.ones(3))[1], again(np.ones(3))[1])
    np.testing.assert_array_equal(again.copy()(np.ones(3))[1], again(np.ones(3))[1])
    assert len(rewritten) == 1


def test_a_damaged_record_and_missing_code_are_made_again(rewritten, recalling):
    compiled()
    (record,) = recalling.glob("*.plan")
    content = bytearray(record.read_bytes())
    content[len(content) // 2] ^= 1
    record.write_bytes(content)
    compiled()
    assert len(rewritten) == 2
    for code in recalling.glob("*.so"):
        code.write_bytes(b"not a library")
    np.testing.assert_array_equal(compiled()(np.zeros(3))[1], [6.0, 8.0, 10.0])


def test_a_full_disk_only_means_that_nothing_is_kept(rewritten, monkeypatch):
    def full(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store, "write", full)
    compiled(), compiled()
    assert len(rewritten) == 2


def test_the_switch(rewritten, monkeypatch, recalling):
    monkeypatch.setattr(config, "recall", False)
    compiled(), compiled()
    assert len(rewritten) == 2
    assert list(recalling.glob("*.plan")) == []


@wrap_py([tg.dvector], [tg.dvector], infer_shape=lambda shapes: shapes)
def times_two(x):
    return 2 * x


def test_python_functions_are_never_recalled(rewritten, recalling):
    for _ in range(2):
        x = tg.dvector("x")
        tg.function([x], times_two(x))([1.0])
    assert len(rewritten) == 2
    assert list(recalling.glob("*.plan")) == []


def test_lengths_that_are_computed_take_two_kernels_and_are_not_recalled(rewritten):
    for _ in range(2):
        x = tg.dvector("x")
        f = tg.function([x], tg.exp(x)[x > 0])
        np.testing.assert_allclose(f([-1.0, 0.0, 1.0]), np.exp([1.0]), rtol=1e-15)
    assert len(rewritten) == 2


PROGRAM = """
import sys
import numpy as np
import tensorgraph as tg
x = tg.dvector("x")
f = tg.function([x], tg.sum(tg.log1p(x) * tg.constant(np.arange(9.0))))
print(f(np.ones(9)), "tensorgraph.rewrites.algebra.terms" in sys.modules)
"""


def test_another_process_recalls_without_loading_a_rule(recalling):
    command = [sys.executable, "-c", PROGRAM]
    environment = {"TENSORGRAPH_CACHE_DIR": str(recalling), "PATH": "/usr/bin:/bin"}
    environment["PYTHONPATH"] = ":".join(sys.path)
    first, second = (
        subprocess.run(
            command, env=environment, capture_output=True, text=True, check=True
        )
        for _ in range(2)
    )
    value, loaded = first.stdout.split()
    np.testing.assert_allclose(float(value), np.log1p(1.0) * 36.0, rtol=1e-15)
    assert [loaded, *second.stdout.split()] == ["True", value, "False"]
