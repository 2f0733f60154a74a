"""Random variables: shapes, printing, batches, and the rules for shared noise."""

import pickle

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import RandomError, ShapeError
from tensorgraph.random import default_rng


def numpy_normal(*arguments, **options):
    """Normals of NumPy with the seed of these tests."""
    return np.random.default_rng(1).normal(*arguments, **options)


# -- shapes ----------------------------------------------------------------------------


def test_it_prints_as_pytensor_prints_it(capsys):
    tg.exp(tg.random.normal(0, 1, size=10, name="x")).dprint()
    assert capsys.readouterr().out == (
        "Exp [id A]\n"
        " └─ normal_rv{\"(),()->()\"}.1 [id B] 'x'\n"
        "    ├─ RNG(<Generator(PCG64)>) [id C]\n"
        "    ├─ [10] [id D]\n"
        "    ├─ ExpandDims{axis=0} [id E]\n"
        "    │  └─ 0 [id F]\n"
        "    └─ ExpandDims{axis=0} [id G]\n"
        "       └─ 1 [id H]\n"
    )


def test_without_size_it_prints_none(capsys):
    tg.random.normal([0, 0], [1, 2], name="z").dprint()
    assert "├─ NoneConst{None} [id C]\n ├─ [0 0] [id D]" in capsys.readouterr().out


def test_its_types_print_as_pytensor_prints_them(capsys):
    tg.random.normal(0, 1, size=10).dprint(print_type=True, depth=2, id_type="")
    tg.random.normal(0, 1).dprint(print_type=True, depth=2, id_type="")
    out = capsys.readouterr().out
    assert "RNG(<Generator(PCG64)>) <RandomGeneratorType>" in out
    assert "[10] <Vector(int64, shape=(1,))>" in out
    assert "NoneConst{None} <NoneTypeT>" in out


@pytest.mark.parametrize("mode", ["C", "PYTHON"])
def test_a_size_may_depend_on_inputs(mode):
    n, v = tg.lscalar("n"), tg.tensor("v", shape=("rows",))
    x = tg.random.normal(0, 1, size=(n, 2), rng=1)
    y = tg.random.normal(0, 1, size=v.shape, rng=1)
    assert x.type.shape == (None, 2)
    assert y.type.shape == ("rows",)
    draw = tg.function([n], x, mode=mode)
    np.testing.assert_array_equal(draw(3), numpy_normal(size=(3, 2)))
    draw = tg.function([v], y, mode=mode)
    np.testing.assert_array_equal(draw(np.zeros(4)), numpy_normal(size=4))


@pytest.mark.parametrize("mode", ["C", "PYTHON"])
@pytest.mark.parametrize("size", [0, (2, 0), (0, 3), (), 1, 40])
def test_sizes_of_all_kinds(size, mode):
    x = tg.random.normal(1.0, 2.0, size=size, rng=1)
    found = tg.function([], x, mode=mode)()
    np.testing.assert_array_equal(found, numpy_normal(1.0, 2.0, size=size))


@pytest.mark.parametrize("mode", ["C", "PYTHON"])
def test_parameters_broadcast(mode):
    loc, scale = tg.tensor("loc", shape=(None, 1)), tg.tensor("scale", shape=("n",))
    x = tg.random.normal(loc, scale, rng=1)
    y = tg.random.normal(loc, 1, size=(4, 3, 2), rng=1)
    assert x.type.shape == (None, "n")
    a, b = np.array([[0.0], [10.0]]), np.array([1.0, 2.0, 3.0])
    found = tg.function([loc, scale], x, mode=mode)(a, b)
    np.testing.assert_array_equal(found, numpy_normal(a, b))
    draw = tg.function([loc], y, mode=mode)
    c = np.array([[0.0], [1.0], [2.0]])
    np.testing.assert_array_equal(draw(c), numpy_normal(c, 1, size=(4, 3, 2)))


@pytest.mark.parametrize("mode", ["C", "PYTHON"])
def test_unknown_lengths_that_do_not_fit_are_refused_on_the_call(mode):
    loc, scale = tg.dvector("loc"), tg.dvector("scale")
    x = tg.random.normal(loc, scale)
    y = tg.random.normal(loc, 1, size=3)
    with pytest.raises(ShapeError, match="normal: scale"):
        tg.function([loc, scale], x, mode=mode)(np.zeros(2), np.ones(3))
    with pytest.raises(ShapeError, match="normal: loc"):
        tg.function([loc], y, mode=mode)(np.zeros(2))


# -- noise -----------------------------------------------------------------------------


def test_two_calls_are_independent():
    x, y = tg.random.normal(size=5), tg.random.normal(size=5)
    assert not np.any(x.eval() == y.eval())


def test_eval_advances_nothing():
    x = tg.random.normal(size=3)
    np.testing.assert_array_equal(x.eval(), x.eval())
    np.testing.assert_array_equal((x - x).eval(), np.zeros(3))


@pytest.mark.parametrize("mode", ["C", "NUMBA", "PYTHON"])
def test_functions_advance_shared_generators(mode):
    rng = default_rng(1)
    x = tg.random.normal(size=2, rng=rng)
    draw = tg.function([], x, mode=mode)
    generator = np.random.default_rng(1)
    for _ in range(3):
        np.testing.assert_array_equal(draw(), generator.normal(size=2))
    np.testing.assert_array_equal(x.eval(), generator.normal(size=2))


def test_functions_share_the_generator_of_a_variable():
    x = tg.random.normal(rng=1)
    f, g = tg.function([], x), tg.function([], x * 2)
    generator = np.random.default_rng(1)
    assert f() == generator.normal()
    assert g() == 2 * generator.normal()
    assert f() == generator.normal()


@pytest.mark.parametrize("mode", ["C", "PYTHON"])
def test_a_call_that_fails_advances_nothing(mode):
    scale = tg.dscalar("scale")
    x = tg.random.normal(0, scale, rng=1)
    draw = tg.function([scale], x, mode=mode)
    with pytest.raises(
        tg.ParameterError, match="scale > 0 does not hold: the value is -1"
    ):
        draw(-1.0)
    assert draw(1.0) == np.random.default_rng(1).normal()


@pytest.mark.parametrize("mode", ["C", "PYTHON"])
def test_a_check_names_the_line_of_its_own_draw(mode):
    first = tg.random.normal(0, -1.0)
    second = tg.random.normal(0, -1.0)
    for x, text in ((second, "second ="), (first, "first =")):
        with pytest.raises(tg.ParameterError, match=text):
            tg.function([], x, mode=mode)()


def test_a_clone_keeps_its_noise():
    m = tg.dscalar("m")
    x = tg.random.normal(m, 1, size=3)
    (fresh,), (copy,) = tg.clone([x], [m])
    assert copy is not x
    assert copy.owner.inputs[0] is x.owner.inputs[0]
    np.testing.assert_array_equal(copy.eval({fresh: 0.0}), x.eval({m: 0.0}))
    a, b = tg.function([m], [x, tg.graph_replace(copy, {fresh: m})])(0.0)
    np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize(
    "other",
    [tg.random.uniform, lambda rng: tg.random.normal(0, 2.0, rng=rng)],
    ids=["another distribution", "another scale"],
)
def test_functions_refuse_two_draws_of_one_state(other):
    rng = default_rng(1)
    x, y = tg.random.normal(rng=rng), other(rng=rng)
    with pytest.raises(RandomError, match="Two draws read the state RNG") as caught:
        tg.function([], [x, y])
    assert "x, y = tg.random.normal(rng=rng)" in str(caught.value)


def test_equal_draws_of_one_state_are_one_draw():
    rng = default_rng(1)
    x, y = tg.random.normal(0, 1, rng=rng), tg.random.normal(0, 1, rng=rng)
    z = tg.random.normal(rng=tg.random.next_state(y))
    draw = tg.function([], [x, y, z])
    generator = np.random.default_rng(1)
    for _ in range(2):
        first, second = generator.normal(size=2)
        assert draw() == [first, first, second]


@pytest.mark.parametrize("mode", ["C", "NUMBA", "PYTHON"])
def test_a_chain_of_draws_advances_its_generator_once(mode):
    rng = default_rng(1)
    x = tg.random.normal(rng=rng)
    y = tg.random.gamma(2.0, size=2, rng=tg.random.next_state(x))
    z = tg.random.poisson(3.0, rng=tg.random.next_state(y))
    draw = tg.function([], [z, x, y], mode=mode)
    generator = np.random.default_rng(1)
    for _ in range(2):
        a, b, c = (
            generator.normal(),
            generator.gamma(2.0, size=2),
            generator.poisson(3.0),
        )
        found = draw()
        assert (found[0], found[1]) == (c, a)
        np.testing.assert_array_equal(found[2], b)


def test_explicit_updates_of_a_generator_win():
    rng = default_rng(1)
    x = tg.random.normal(rng=rng)
    draw = tg.function([], x, updates={rng: rng})
    assert draw() == draw()


def test_equal_draws_of_two_generators_are_not_merged():
    x, y = tg.random.normal(rng=1), tg.random.normal(rng=1)
    z = tg.random.normal(rng=2)
    a, b, c = tg.function([], [x, y, z])()
    assert a == b != c
    assert tg.function([], [x + z, y + z])()[0] != a + c


def test_random_variables_pickle_with_their_generator():
    x = tg.random.normal([0.0, 1.0], 1, name="x")
    copy = pickle.loads(pickle.dumps(x))
    assert copy.name == "x"
    np.testing.assert_array_equal(copy.eval(), x.eval())


# -- batches ---------------------------------------------------------------------------


def test_vectorizing_over_a_parameter_draws_for_each():
    m, many = tg.dscalar("m"), tg.dvector("many")
    x = tg.random.normal(m, 1, rng=1)
    batch = tg.vectorize_graph(x, {m: many})
    assert batch.owner.inputs[0] is x.owner.inputs[0]
    loc = np.array([0.0, 100.0, 200.0])
    np.testing.assert_array_equal(batch.eval({many: loc}), numpy_normal(loc, 1))


@pytest.mark.parametrize("length", [4, None, "n"])
def test_the_new_axis_stands_in_front_of_the_size(length):
    m, many = tg.dscalar("m"), tg.dvector("many", shape=length)
    x = tg.random.normal(m, 1, size=(2, 3), rng=1)
    batch = tg.vectorize_graph(x, {m: many})
    assert batch.type.shape == (length, 2, 3)
    loc = np.arange(4.0)
    expected = numpy_normal(loc[:, None, None], 1, size=(4, 2, 3))
    np.testing.assert_array_equal(batch.eval({many: loc}), expected)
    np.testing.assert_array_equal(tg.function([many], batch)(loc), expected)


def test_vectorizing_over_parameters_of_events():
    mean, many = tg.dvector("mean", shape=2), tg.dmatrix("many", shape=(None, 2))
    x = tg.random.multivariate_normal(mean, np.eye(2), size=5, rng=1)
    batch = tg.vectorize_graph(x, {mean: many})
    assert batch.type.shape == (None, 5, 2)
    loc = np.array([[0.0, 1.0], [10.0, 20.0], [5.0, 5.0]])
    z = np.random.default_rng(1).standard_normal((3, 5, 2))
    np.testing.assert_allclose(batch.eval({many: loc}), loc[:, None] + z, rtol=1e-14)


def test_what_does_not_depend_is_shared_unless_independent():
    m, many = tg.dscalar("m"), tg.dvector("many")
    x = tg.random.normal(0, 1, rng=1) + m
    loc = np.array([0.0, 100.0])
    shared = tg.vectorize_graph(x, {m: many}).eval({many: loc})
    np.testing.assert_array_equal(shared, numpy_normal() + loc)
    own = tg.vectorize_graph(x, {m: many}, independent=True).eval({many: loc})
    np.testing.assert_array_equal(own, numpy_normal(size=2) + loc)


def test_independent_draws_keep_size_and_event():
    m, many = tg.dscalar("m"), tg.dvector("many", shape=3)
    x = tg.random.dirichlet([1.0, 2.0], size=4, rng=1) * m
    y = tg.random.normal([[0.0], [1.0]], [1.0, 2.0], rng=1) * m
    batch = tg.vectorize_graph([x, y], {m: many}, independent=True)
    assert [v.type.shape for v in batch] == [(3, 4, 2), (3, 2, 2)]
    expected = np.random.default_rng(1).dirichlet([1.0, 2.0], size=(3, 4))
    np.testing.assert_array_equal(batch[0].eval({many: np.ones(3)}), expected)


def test_gradients_do_not_flow_through_draws():
    m = tg.dscalar("m")
    x = tg.random.normal(m, 1, rng=1)
    gradient = tg.grad(x * m, m)
    assert gradient.eval({m: 2.0}) == numpy_normal(2.0)


def test_rewriting_keeps_draws():
    x = tg.random.normal(tg.constant(1.0) + 1.0, 1, rng=1)
    y = tg.rewrite_graph(x + 0.0)
    assert y.owner.op == x.owner.op
    assert y.eval() == x.eval() == numpy_normal(2.0)


# -- loops -----------------------------------------------------------------------------


def test_noise_of_a_loop_is_drawn_before_it():
    noise = tg.random.normal(size=5, rng=1)
    walk = tg.scan(lambda step, place: place + step, [noise], [0.0])
    expected = np.cumsum(numpy_normal(size=5))
    np.testing.assert_allclose(tg.function([], walk)(), expected, rtol=1e-15)


def test_a_step_that_would_repeat_its_noise_is_refused():
    with pytest.raises(RandomError, match="scan: the step draws from normal_rv"):
        tg.scan(lambda place: tg.random.normal(place, 1), outputs_info=[0.0], n_steps=3)
