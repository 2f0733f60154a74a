"""The lines of the table: which figure each shows, beside which floor, and its target.

The targets are those that the project set itself for compiled speed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from figures import Figures

CALL, LOOP, NUMBA = "tensorgraph c", "tensorgraph c_loop", "tensorgraph numba"
FLOOR, ALGEBRA = "floor c", "floor c_algebra"


@dataclass(frozen=True)
class Target:
    """The most that a figure may be: a number, or a multiple of another's figure."""

    most: float
    of: str = ""

    def __str__(self) -> str:
        name = {FLOOR: "floor", ALGEBRA: "floor", CALL: "C"}.get(self.of, "")
        return f"{self.most:g} {name}".strip()


@dataclass(frozen=True)
class Line:
    """A line of the table: our figure, and what it is compared with.

    `size` is set in lines whose growth from the line before is of interest.
    """

    what: str
    metric: str
    workload: str
    who: str = CALL
    floor: str = FLOOR
    target: Target | None = None
    size: float | None = None

    @property
    def clock(self) -> str:
        """The metric that is by the clock on the wall, where this one is not."""
        plain = self.metric.removesuffix("_cpu")
        if plain == self.metric:
            return ""
        return f"{plain}_latency" if plain.startswith("compile") else plain

    def limit(self, figures: Figures) -> float | None:
        """The target as a number, if what it is relative to was measured."""
        if self.target is None:
            return None
        if not self.target.of:
            return self.target.most
        other = figures.best(self.metric, self.workload, self.target.of)
        return other and self.target.most * other


def at_most(value: float | None, of: str = "") -> Target | None:
    """The target of a number; None where none is set."""
    return None if value is None else Target(value, of)


PEERS = {
    "PyTensor C": ("pytensor c", "pytensor c_trust", "pytensor import",
                   "pytensor python"),
    "PyTensor Numba": ("pytensor numba", "pytensor numba_trust"),
    "JAX": ("jax jit_x64", "jax jit_numpy_arg", "jax import"),
    "Numba": ("numba njit", "numba import"),
    "NumPy, SciPy": ("numpy eager",),
}  # fmt: skip
"""The columns of the peers, and whose figures they show; the best where several are."""

TIME = "eval_time_cpu"
OF_FLOOR = {
    "logreg_100x5": 1.3, "logreg_10000x50": 1.05, "radon_mn": 1.1, "radon_all": 1.1,
    "gp_200": 1.1, "sv_1000": None, "chain_1e6": 1.3, "lse_1000": 1.3,
    "negbin_10000x10": 1.3, "eight_schools": None,
}  # fmt: skip
"""How many times the hand-written floor a workload may take; None where none is set."""

COLD = {
    "seed_expr": 0.12, "intro_logreg": 0.15, "radon_mn": 0.2, "gp_200": 0.25,
    "sv_1000": None, "deep_300": 1.5,
}  # fmt: skip
WARM = {
    "seed_expr": 0.01, "intro_logreg": 0.02, "radon_mn": 0.05, "gp_200": 0.06,
    "sv_1000": None, "deep_300": 0.5,
}  # fmt: skip
ELEMENTS = (1_000, 10_000, 100_000, 1_000_000)
ROWS = (100, 1_000, 10_000, 100_000)
NODES = (100, 1_000, 10_000)
LAYERS = (8, 30, 100, 250)


def steady(figures: Figures) -> list[Line]:
    """A loop in C shows the kernel alone; a call from Python what a user sees."""
    lines = []
    for name, most in OF_FLOOR.items():
        target = at_most(most, FLOOR)
        called = target if name.startswith("logreg") else None  # set for the call
        looped = None if called else target
        if name == "eight_schools":
            called, looped = Target(0.25), Target(0.06)
        lines += [
            Line(name, TIME, name, target=called),
            Line("· in a loop in C", TIME, name, LOOP, target=looped),
        ]
        if figures.best(TIME, name, ALGEBRA):
            twice = at_most(2 if name.startswith("radon") else None, ALGEBRA)
            lines += [Line("· and with algebra", TIME, name, LOOP, ALGEBRA, twice)]
        lines += [Line("· NUMBA", TIME, name, NUMBA, target=Target(2, CALL))]
    return lines


def overhead(figures: Figures) -> list[Line]:
    """An array of no axis is what peers take; a number is what users pass."""
    metric, scalar, vector = "call_time_cpu", "scalar_plus_1", "vec3_plus_1"
    least = Target(30)
    return [
        Line("x + 1 of a number", metric, scalar, "tensorgraph c_float", target=least),
        Line(
            "· f(x) in the loop",
            metric,
            f"{scalar}_bare",
            "tensorgraph c_float",
            target=least,
        ),
        Line("· of an array of no axis", metric, scalar, target=least),
        Line("· f(x) in the loop", metric, f"{scalar}_bare", target=least),
        Line("· a number, NUMBA", metric, scalar, "tensorgraph numba_float"),
        Line("x + 1 of three numbers", metric, vector),
        Line("· f(x) in the loop", metric, f"{vector}_bare"),
        Line("· NUMBA", metric, vector, NUMBA),
        Line("an empty function of Python", metric, "empty_call", "python lambda"),
    ]


def compilation(figures: Figures) -> list[Line]:
    """The targets of Numba are those of its first call, and of one from its store."""
    lines = []
    for stage, targets in (("cold", COLD), ("warm", WARM)):
        metric = f"compile_{stage}_cpu"
        for name, most in targets.items():
            first = {"cold": 1.0, "warm": 0.4}[stage] if name == "radon_mn" else None
            lines += [
                Line(f"{name}, {stage}", metric, name, target=at_most(most)),
                Line("· FAST_COMPILE", metric, name, "tensorgraph fast_compile"),
                Line("· NUMBA", metric, name, NUMBA, target=at_most(first)),
            ]
    return lines


def phases(figures: Figures) -> list[Line]:
    """Where a cold start goes, with the compiler that it waits for."""
    name = "radon_mn"
    return [
        Line("rewriting", "compile_cold_rewrite_cpu", name),
        Line("lowering to loops", "compile_cold_lower_cpu", name),
        Line("printing, compiling, loading", "compile_cold_link_cpu", name),
        Line("the first call", "compile_cold_first_call", name),
        Line("all", "compile_cold_cpu", name),
        Line("all, from the store", "compile_warm_cpu", name),
    ]


def imports(figures: Figures) -> list[Line]:
    """The processes of the peers import their own NumPy."""
    metric, ours = "import_above_numpy_cpu", "tensorgraph import"
    return [Line("import", metric, "import", ours, target=Target(0.08))]


def steps(figures: Figures) -> list[Line]:
    """Value and gradient of growing data."""
    return [
        *(Line(f"{n:,} elements of a chain", TIME, f"chain_{n}", LOOP, size=n)
          for n in ELEMENTS),
        *(Line(f"{n:,} rows of 10 columns", TIME, f"logreg_{n}x10", LOOP, size=n)
          for n in ROWS),
    ]  # fmt: skip


def sizes(figures: Figures) -> list[Line]:
    """Rewriting and compiling of growing graphs."""
    rewrite, python = "rewrite_with_grad_cpu", "tensorgraph python"
    return [
        *(Line(f"{n:,} nodes, rewritten", rewrite, f"program_{n}", python, size=n)
          for n in NODES),
        *(Line(f"{n} layers, compiled", "compile_cold_cpu", f"deep_{n}", size=n)
          for n in LAYERS),
        *(Line(f"{n} layers, again", "compile_warm_cpu", f"deep_{n}", size=n)
          for n in LAYERS),
    ]  # fmt: skip


def vector(dtype: str) -> Callable[[Figures], list[Line]]:
    """The lines of the elementary functions in a dtype."""
    metric = f"element_{dtype}"
    return lambda figures: [
        Line(name, metric, name, floor="floor libmvec")
        for name in figures.workloads(metric)
    ]


@dataclass(frozen=True)
class Part:
    """A part of the table: title, unit, the group that measures it, its lines.

    `floor` heads the column of floors; without `peers` there are no columns of them.
    """

    title: str
    unit: str
    group: str
    lines: Callable[[Figures], list[Line]]
    floor: str = "floor"
    peers: bool = True


PARTS = {
    "steady": Part("Value and gradient", "µs", "steady", steady),
    "overhead": Part("Calls", "ns", "overhead", overhead),
    "compile": Part("From a graph to its first value", "s", "compile", compilation),
    "phases": Part("Phases of a cold start", "s", "compile", phases, peers=False),
    "import": Part("Import, above NumPy's", "s", "import", imports),
    "steps": Part("Growth of a call with its data", "µs", "growth", steps),
    "sizes": Part("Growth of compiling with the graph", "s", "growth", sizes),
    "float64": Part("Float64", "ns", "vector", vector("float64"), "libmvec"),
    "float32": Part("Float32", "ns", "vector", vector("float32"), "libmvec"),
}  # fmt: skip
