"""The account of a program's memory: what shares a place counts once."""

from tensorgraph.loops.account import memory_account, workspace_peak
from tensorgraph.loops.ir import Buffer, Const, Plan, Program, Size
from tensorgraph.loops.memory import place_buffers

N, M = Size(0, 0), Size(0, 1)
X = Buffer("x", "float64", (N, M), "input")


def program(lives):
    placements, total = place_buffers(lives)
    return Program("f", (X,), (), Plan((), (), total), (), placements)


def work(name, dtype, *extents):
    return Buffer(name, dtype, extents, "workspace")


def test_sizes_add_up_and_shared_places_count_once():
    a, b = work("a", "float64", N), work("b", "int32", N)
    square, again = work("s", "float64", N, M), work("t", "complex64", N, M)
    few, some = work("few", "int8", Const(3)), work("some", "float64", Const(9))
    found = program(
        {a: (0, 3), b: (0, 1), square: (0, 2), again: (3, 4), few: (1, 1), some: (1, 2)}
    )
    assert workspace_peak(found) == "12 * n + 8 * (n * m) + 75 bytes"
    account = memory_account(found).splitlines()
    assert account[1] == "  x: f64[n, m]: the caller's"
    assert "  t: c64[n, m]: 8 * (n * m) bytes, in the place of s" in account
    assert account[-1].startswith("  workspace: 12 * n + 8 * (n * m) + 75 bytes, each")


def test_known_sizes_are_a_number():
    one, two = work("one", "float64", Const(3)), work("two", "float64", Const(3))
    assert workspace_peak(program({one: (0, 0), two: (1, 1)})) == "64 bytes"
    assert workspace_peak(program({one: (0, 1), two: (1, 1)})) == "128 bytes"
    assert workspace_peak(program({})) == "0 bytes"
