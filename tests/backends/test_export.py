"""Exported functions, built as C99 and run in programs of C, against the function."""

import pickle
import shutil
from pathlib import Path

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.backends.c import export as exporting
from tensorgraph.errors import (
    GraphError,
    InputError,
    ParameterError,
    TensorGraphError,
)
from tensorgraph.native import math_library
from tensorgraph.ops.check import check as check_value
from tests.backends.exported import (
    SANITIZED,
    CheckFailed,
    Exported,
    compiled,
    openblas,
    printed,
    same_bits,
)

FAST = ("-O3", "-march=native", "-fopenmp-simd")
FUSED = ("-mavx2", "-mfma") if "_fma" in math_library() else ()
MATRICES = ("-O2", "-fopenmp-simd", *FUSED)
"""As our own library is built: matrices round as the compiler groups their products."""
BUILDS = [SANITIZED, ("-O0",), ("-O2",), FAST]


def check(function, folder, *args, flags=SANITIZED):
    "The exported function computes the same bits."
    source, _ = function.export(folder)
    same_bits(Exported(function, source, flags=flags)(*args), function(*args))
    return source


# -- densities -------------------------------------------------------------------------


def radon():
    rng = np.random.default_rng(1)
    groups, rows = 7, 300
    county = rng.integers(0, groups, rows)
    floor = rng.integers(0, 2, rows)
    mu = tg.random.normal(0, 5, name="mu")
    tau = tg.random.halfnormal(scale=1.0, name="tau")
    sigma = tg.random.halfcauchy(0, 2, name="sigma")
    shares = tg.random.dirichlet(np.ones(3), name="shares")
    raw = tg.random.normal(0, 1, size=groups, name="raw")
    alpha = mu + tau * raw
    alpha.name = "alpha"
    mean = alpha[county] + shares[1] * floor
    return tg.density({tg.random.normal(mean, sigma): rng.normal(1, 2, rows)})


def check_density(density, source, flags=SANITIZED, seed=0):
    "All three functions of an exported density, at random vectors."
    rng = np.random.default_rng(seed)
    for _ in range(2):
        q = rng.normal(size=density.dimension)
        same_bits(Exported(density.function, source, flags=flags)(q), [*density(q)])
        kept = density.constrain(q)
        constrain = Exported(density.constrain, source, "trial_constrain", flags)
        same_bits(constrain(q), kept)
        named = dict(zip(density.model.named(), kept, strict=True))
        free = [named[piece.free.variable.name] for piece in density.pieces]
        unconstrain = Exported(density.unconstrain, source, "trial_unconstrain", flags)
        same_bits(unconstrain(*free), density.unconstrain(*free))
        np.testing.assert_allclose(density.unconstrain(*free), q, atol=1e-12)


@pytest.mark.parametrize("flags", BUILDS, ids=" ".join)
def test_a_hierarchical_density(tmp_path, flags):
    density = radon()
    source, _ = density.export(tmp_path, "trial")
    check_density(density, source, flags)


def test_logistic_regression(tmp_path):
    rng = np.random.default_rng(2)
    x, y = rng.normal(size=(200, 3)), rng.integers(0, 2, 200)
    slope = tg.random.normal(0, 1, size=3, name="slope")
    offset = tg.random.normal(0, 5, name="offset")
    p = tg.sigmoid(offset + (x * slope).sum(axis=1))
    density = tg.density({tg.random.bernoulli(p): y})
    source, _ = density.export(tmp_path, "trial")
    check_density(density, source)


def test_a_parameter_outside_its_support_is_a_density_of_zero(tmp_path):
    u = tg.random.normal(0, 1, name="u")
    density = tg.density({tg.random.normal(0.0, u): 1.0})
    source, _ = density.export(tmp_path, "trial")
    value, _ = Exported(density.function, source)([-0.5])
    assert value == -np.inf
    same_bits(Exported(density.function, source)([0.5]), [*density([0.5])])
    with pytest.raises(TensorGraphError):
        density([-0.5])


USER = r"""
#include "model.h"
#include <stdio.h>

int main(void)
{
    static double workspace[MODEL_WORKSPACE_BYTES / sizeof(double) + 1];
    double q[MODEL_DIMENSION] = {0}, value, gradient[MODEL_DIMENSION];
    for (int i = 0; i < MODEL_DIMENSION; i++)
        printf("%s ", model_names[i]);
    for (int i = 0; i < MODEL_CONSTRAIN_OUTPUTS; i++) {
        const model_array *found = &model_constrain_outputs[i];
        printf("%s:%s", found->name, found->dtype);
        for (int axis = 0; axis < found->rank; axis++)
            printf(",%d", (int)found->shape[axis]);
        printf(" ");
    }
    if (model(q, &value, gradient, workspace, NULL))
        return 1;
    printf("%a %a", value, gradient[2]);
    return 0;
}
"""


def test_a_program_as_a_user_writes_it(tmp_path):
    density = radon()
    source, header = density.export(tmp_path, "model")
    assert [source.name, header.name] == ["model.c", "model.h"]
    (tmp_path / "user.c").write_text(USER)
    program = compiled([tmp_path / "user.c", source], tmp_path / "user")
    words = printed(program).split()
    raw = [f"raw[{k}]" for k in range(7)]
    assert words[:12] == ["mu", "tau", *raw, "shares[0]", "shares[1]", "sigma"]
    assert words[12:18] == [
        "mu:float64", "tau:float64", "raw:float64,7", "shares:float64,3",
        "sigma:float64", "alpha:float64,7",
    ]  # fmt: skip
    value, gradient = density(np.zeros(12))
    assert [float.fromhex(w) for w in words[18:]] == [value, gradient[2]]


def test_a_header_stands_alone(tmp_path):
    _, header = radon().export(tmp_path, "model")
    compiled([header], "", ("-x", "c", "-fsyntax-only"))
    if shutil.which("c++"):
        plus = ("-x", "c++", "-std=c++11", "-Wall", "-Wextra", "-Werror")
        compiled([header], "", ("-fsyntax-only",), (), plus)


# -- functions -------------------------------------------------------------------------


@pytest.mark.parametrize("flags", BUILDS, ids=" ".join)
def test_reductions_and_mathematics(tmp_path, flags):
    x, y = tg.dmatrix("x"), tg.dvector("y")
    outputs = [
        x.sum(), x.mean(axis=0), x.max(axis=1), x.argmax(axis=0), tg.logsumexp(x, 1),
        tg.sin(x) * tg.gammaln(tg.abs(x) + 0.1), tg.erf(y) ** 2, tg.log1p(tg.exp(y)),
        tg.digamma(y**2 + 1e-3), tg.cumsum(y), tg.sort(y), tg.tanh(x).prod(),
    ]  # fmt: skip
    rng = np.random.default_rng(0)
    f = tg.function([x, y], outputs, name="trial")
    check(f, tmp_path, rng.normal(size=(37, 41)), rng.normal(size=300), flags=flags)


def test_scans_branches_and_lengths_from_values(tmp_path):
    n, x0, on = tg.lscalar("n"), tg.dvector("x0"), tg.bscalar("on")
    steps = tg.scan(lambda x: x * 0.5 + tg.sin(x), outputs_info=[x0], n_steps=n)
    steps = steps[0] if isinstance(steps, tuple) else steps
    f = tg.function(
        [n, x0, on],
        [steps, tg.arange(n) * 2, tg.ifelse(on > 0, x0, x0 * 2)],
        name="trial",
    )
    check(f, tmp_path, 5, [0.1, 0.2], 1)
    check(f, tmp_path, 0, [], 0)


DTYPES = (
    "bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 complex64 "
    "complex128"
)


@pytest.mark.parametrize("dtype", DTYPES.split())
def test_dtypes_of_arrays_numbers_and_data(tmp_path, dtype):
    x, one = tg.tensor("x", dtype, (None,)), tg.tensor("one", dtype, ())
    data = np.array([1, 0, 3, 100]).astype(dtype)
    kept = tg.shared(data, "kept")
    joined = tg.concatenate([x, kept, x])
    f = tg.function([x, one], [joined, tg.eq(x, one), kept[1:]], name="trial")
    check(f, tmp_path, data[:3], data[2])


def test_constants_keep_every_bit(tmp_path):
    rng = np.random.default_rng(3)
    special = np.array([0.0, -0.0, np.inf, -np.inf, np.nan, -np.nan, 5e-324, 0.1])
    special[4:6].view("uint64")[:] += 77  # bits of its own in each nan
    arrays = [
        special, special.astype("float32"), rng.normal(size=(3, 0)),
        rng.normal(size=1500), rng.normal(size=(40, 30)).astype("float32"),
        np.array([-(2**63), 2**63 - 1]), np.array([2**64 - 1, 0], "uint64"),
        np.array([-(2**31), 2**31 - 1], "int32"), special[:4] + 1j * special[4:],
        rng.normal(size=20).astype("float16"), rng.normal(size=9) > 0,
        np.array(1.25), rng.integers(0, 9, (500, 5)),
    ]  # fmt: skip
    outputs = [tg.shared(a, f"kept{k}") for k, a in enumerate(arrays)]
    f = tg.function([], outputs, name="trial")
    found = Exported(f, f.export(tmp_path)[0])()
    same_bits(found, arrays)


def test_names_that_c_does_not_allow_or_that_clash(tmp_path):
    names = [
        "sizes",
        "double",
        "values",
        "μ",
        "λ",
        "trial",
        "case",
        "x y",
        "*/",
        "code",
    ]
    inputs = [tg.dvector(name) for name in names]
    total = inputs[0]
    for x in inputs[1:]:
        total = total + x
    total.name = "workspace"
    f = tg.function(inputs, total, name="trial")
    check(f, tmp_path, *np.arange(30.0).reshape(10, 3))


def test_named_sizes_are_given_once(tmp_path):
    x, y = tg.tensor("x", "float64", ("n", 2)), tg.tensor("y", "float64", ("n",))
    f = tg.function([x, y], (x.sum(axis=1) * y).sum(), name="trial")
    check(f, tmp_path, np.arange(6.0).reshape(3, 2), [1.0, 2.0, 3.0])
    text = (tmp_path / "trial.h").read_text()
    assert "#define TRIAL_SIZES 1\n" in text and "sizes[0]: n" in text


def test_functions_around_functions_and_pickled_ones(tmp_path):
    x, y = tg.dvector("x"), tg.dscalar("y")
    given = tg.In(y, name="power", value=2.0)
    f = tg.function([x, given], x**y, name="trial")
    same_bits(Exported(f, f.export(tmp_path)[0])([1.5, 2.5], 3.0), f([1.5, 2.5], 3.0))
    again = pickle.loads(pickle.dumps(tg.function([x], tg.exp(x), name="trial")))
    check(again, tmp_path, [1.0, -2.0])


@pytest.mark.parametrize("mode", ["FAST_COMPILE", "NUMBA"])
def test_other_modes_export_the_same_c(tmp_path, mode):
    x = tg.dvector("x")
    texts = []
    for chosen in ("C", mode):
        f = tg.function([x], tg.exp(x).sum(), mode=chosen, name="trial")
        texts.append(f.export(tmp_path)[0].read_text())
    assert texts[0] == texts[1]


# -- linear algebra --------------------------------------------------------------------


def gaussian_process():
    rng = np.random.default_rng(4)
    x = rng.normal(size=12)
    length = tg.random.halfnormal(scale=1.0, name="length")
    noise = tg.random.halfnormal(scale=1.0, name="noise")
    gap = (x[:, None] - x[None, :]) ** 2
    cov = tg.exp(-gap / (2 * length**2)) + (noise**2 + 1e-6) * np.eye(12)
    y = tg.random.multivariate_normal(np.zeros(12), cov)
    return tg.density({y: np.sin(x)})


def test_a_gaussian_process_calls_lapack_by_its_names(tmp_path):
    density = gaussian_process()
    source, header = density.export(tmp_path, "trial")
    assert "void dpotrf_(void);" in source.read_text()
    assert "-llapack -lblas -lm" in header.read_text()
    compiled([source], tmp_path / "trial.o", ("-c", *SANITIZED))
    found = openblas(density.function.keepalive.program)
    if found is None:
        pytest.skip("SciPy has no library of its own to link with")
    names, libraries = found
    q = np.array([0.3, -0.2])
    native = (*MATRICES, *names)
    same_bits(
        Exported(density.function, source, None, native, libraries)(q), [*density(q)]
    )
    value, gradient = Exported(
        density.function, source, None, (*SANITIZED, *names), libraries
    )(q)
    np.testing.assert_allclose(value, density(q)[0], rtol=1e-12)
    np.testing.assert_allclose(gradient, density(q)[1], rtol=1e-9)


def test_real_and_complex_matrices_in_one_file(tmp_path):
    a, b = tg.dmatrix("a"), tg.zmatrix("b")
    x = tg.linalg.solve_triangular(a, a[:, 0], lower=True)
    y = tg.linalg.solve_triangular(b, b[:, 0], lower=True)
    f = tg.function([a, b], [x, y, tg.fft.fft(b[0])], name="trial")
    source, _ = f.export(tmp_path)
    found = openblas(f.keepalive.program)
    if found is None:
        pytest.skip("SciPy has no library of its own to link with")
    names, libraries = found
    m = np.tri(4) + 0.5
    native = (*MATRICES, *names)
    same_bits(Exported(f, source, None, native, libraries)(m, m * 1j), f(m, m * 1j))


# -- checks ----------------------------------------------------------------------------


def test_checks_say_in_c_what_they_say_in_python(tmp_path):
    x, y, i = tg.dvector("x"), tg.dvector("y"), tg.lvector("i")
    f = tg.function([x, y, i], (x + y)[i], name="trial")
    source, _ = f.export(tmp_path)
    run = Exported(f, source)
    same_bits(run([1.0, 2.0], [3.0, 4.0], [1, 0]), f([1.0, 2.0], [3.0, 4.0], [1, 0]))
    for args in (
        ([1.0, 2.0], [3.0, 4.0, 5.0], [0]),
        ([1.0, 2.0], [3.0, 4.0], [0, 7]),
        ([1.0, 2.0], [3.0, 4.0], [-9]),
    ):
        with pytest.raises(TensorGraphError) as said:
            f(*args)
        with pytest.raises(CheckFailed) as printed:
            run(*args)
        number, _, text = str(printed.value).partition(" ")
        assert int(number) > 0 and text == said.value.what


def test_messages_with_signs_of_formats(tmp_path):
    x = tg.dscalar("x")
    checked = check_value(x, x > 0, 'say "%d" {x} ??/ \\ */ to x', x)
    f = tg.function([x], checked * 2, name="trial")
    with pytest.raises(ParameterError) as said:
        f(-1.5)
    with pytest.raises(CheckFailed) as printed:
        Exported(f, f.export(tmp_path)[0])(-1.5)
    assert str(printed.value).partition(" ")[2] == said.value.what


# -- what is refused -------------------------------------------------------------------


def refused():
    x, state = tg.dvector("x"), tg.shared(0.0, "state")
    large = tg.shared(np.zeros(exporting.MOST_BYTES // 8 + 1), "large")
    return {
        "mode PYTHON": ([x], x * 2, {"mode": "PYTHON"}, 'mode="C"'),
        "updates": ([x], x * 2, {"updates": {state: state + 1}}, "updates 'state'"),
        "draws": ([], tg.random.normal(0, 1, size=3), {}, "NumPy's random routines"),
        "draws from one state": (
            [], tg.random.gamma(2.0, 1.0, size=3), {"no_default_updates": True},
            "NumPy's random routines",
        ),
        "two kernels": ([x], tg.arange(tg.cast(x.sum(), "int64")) * 2, {}, "kernels"),
        "SciPy": ([x], tg.kve(1.5, x), {}, "kve of SciPy"),
        "a profile": ([x], x * 2, {"profile": True}, "copy(profile=False)"),
        "much data": ([x], large[:1] + x, {}, "33,554,440 bytes"),
    }  # fmt: skip


@pytest.mark.parametrize("what", refused())
def test_what_c_alone_cannot_do_is_refused(tmp_path, what):
    inputs, outputs, options, said = refused()[what]
    function = tg.function(inputs, outputs, **options)
    with pytest.raises(GraphError) as error:
        function.export(tmp_path, "trial")
    assert said in str(error.value) and error.value.remedy
    assert not list(tmp_path.iterdir())


BAD_NAMES = [
    "", "a b", "2x", "a-b", "../x", "é", 3, "double", "exp", "expf", "main", "tg_x",
    "_x", "size_t", "printf", "stdio", "NULL",
]  # fmt: skip


@pytest.mark.parametrize("name", BAD_NAMES)
def test_names_that_no_function_of_c_can_have(tmp_path, name):
    x = tg.dvector("x")
    for thing in (tg.function([x], x * 2), tg.density({tg.random.normal(
        tg.random.normal(0, 1, name="mu"), 1.0): 1.0})):  # fmt: skip
        with pytest.raises(InputError, match="name"):
            thing.export(tmp_path, name)
    assert not list(tmp_path.iterdir())


def test_the_name_of_the_function_itself(tmp_path):
    x = tg.dvector("x")
    source, _ = tg.function([x], x * 2).export(tmp_path)
    assert source == tmp_path / "function.c"
    with pytest.raises(InputError, match="my model"):
        tg.function([x], x * 2, name="my model").export(tmp_path)


def test_folders_that_cannot_be_written(tmp_path):
    x = tg.dvector("x")
    f = tg.function([x], x * 2)
    (tmp_path / "file").write_text("kept")
    for folder in (
        tmp_path / "file",
        tmp_path / "file" / "below",
        "/proc/none",
        "a\0b",
    ):
        with pytest.raises(InputError, match="written"):
            f.export(folder)
    with pytest.raises(InputError, match="path"):
        f.export(None)
    assert (tmp_path / "file").read_text() == "kept"
    source, _ = f.export(tmp_path / "new" / "folder")
    assert sorted(p.name for p in source.parent.iterdir()) == [
        "function.c",
        "function.h",
    ]


def test_files_appear_whole_or_not_at_all(tmp_path, monkeypatch):
    x = tg.dvector("x")
    source, header = tg.function([x], x * 2).export(tmp_path)
    before = source.read_text(), header.read_text()
    write = Path.write_text

    def full(self, text, **options):
        write(self, text[: len(text) // 2], **options)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(InputError, match="No space left"):
        tg.function([x], x * 3).export(tmp_path)
    assert (source.read_text(), header.read_text()) == before
    assert len(list(tmp_path.iterdir())) == 2
