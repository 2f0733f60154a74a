"""The figures of the benchmarks: kept, compared with targets, and shown."""

import doctest
from pathlib import Path
from types import ModuleType

import figures as figures_module
import pytest
import shown
from figures import FILE, Figures, exponent
from shown import markdown, rows_of, text, wrong
from targets import PARTS, Line, Part, Target


def figures(**values: list[float]) -> Figures:
    """Rounds of figures of one workload; "tensorgraph__c" is who was measured."""
    found = Figures(taken={"steady": {"machine": "a"}})
    for who, rounds in values.items():
        peer, variant = who.split("__")
        for value in rounds:
            row = {"peer": peer, "variant": variant, "workload": "w", "metric": "t_cpu"}
            found.add([{**row, "value": value, "unit": "us"}])
    return found


def row(known: Figures, **options: object) -> dict[str, str]:
    line = Line("a line", "t_cpu", "w", **options)  # type: ignore[arg-type]
    return rows_of(known, Part("title", "µs", "steady", lambda _: [line]))[0]


def test_the_best_round_counts_and_disagreement_is_marked() -> None:
    known = figures(tensorgraph__c=[1.5, 1.2, 9.0], floor__c=[1.0, 1.05])
    assert known.best("t_cpu", "w", "tensorgraph c") == 1.2
    assert known.noisy("t_cpu", "w", "tensorgraph c")
    assert not known.noisy("t_cpu", "w", "floor c")
    assert known.best("t_cpu", "w", "jax jit_x64") is None
    assert row(known)["ours, µs"] == "~1.2"


@pytest.mark.parametrize(("ours", "met"), [(1.29, "yes"), (1.31, "no")])
def test_a_target_may_be_a_multiple_of_the_floor(ours: float, met: str) -> None:
    known = figures(tensorgraph__c=[ours], floor__c=[1.0])
    found = row(known, target=Target(1.3, "floor c"))
    assert found["target"] == "1.3 floor"
    assert found["met"] == met
    assert found["ratio"] == str(ours)


def test_a_target_whose_floor_was_not_measured_is_not_judged() -> None:
    found = row(figures(tensorgraph__c=[1.0]), target=Target(1.3, "floor c"))
    assert found["target"] == "1.3 floor"
    assert "met" not in found


def test_peers_show_their_best_and_how_many_times_ours_it_is() -> None:
    known = figures(
        tensorgraph__c=[2.0], pytensor__c=[8.0], pytensor__c_trust=[5.0],
        jax__jit_x64=[1.0],
    )  # fmt: skip
    found = row(known)
    assert found["PyTensor C"] == "5 (2.5x)"
    assert found["JAX"] == "1 (0.5x)"
    assert "NumPy, SciPy" not in found


def test_growth_is_the_power_of_the_size() -> None:
    assert exponent(2.0, 8.0, (10, 20)) == pytest.approx(2)
    known = Figures()
    for size in (10, 100):
        value = {"metric": "t", "workload": f"w{size}", "value": 3e-4 * size**1.5}
        known.add([{**value, "peer": "tensorgraph", "variant": "c", "unit": "s"}])
    lines = [Line(f"{n}", "t", f"w{n}", size=n) for n in (10, 100)]
    rows = rows_of(known, Part("title", "s", "growth", lambda _: lines))
    assert [cells["growth"] for cells in rows] == ["", "1.50"]


def test_results_that_differ_from_numpy_are_reported() -> None:
    known = Figures({"error": {"gp": {"tensorgraph c": [1e-12, 1e-3]}}})
    assert wrong(known) == ["WRONG: tensorgraph c on gp differs from NumPy by 1.0e-03"]
    assert "WRONG" in text(known)
    assert wrong(Figures({"error": {"gp": {"a b": [float("nan")]}}}))
    assert not wrong(Figures({"error": {"gp": {"a b": [1e-12]}}}))


def test_a_file_keeps_groups_that_were_not_measured_again(tmp_path: Path) -> None:
    path = tmp_path / "figures.json"
    figures(tensorgraph__c=[2.0, 1.0]).save(path)
    kept = Figures.load(path)
    assert kept == figures(tensorgraph__c=[2.0, 1.0])
    again = Figures({"u": {"w": {"a b": [3.0]}}}, {"import": {"machine": "b"}})
    kept.update(again)
    assert kept.best("t_cpu", "w", "tensorgraph c") == 1.0
    assert kept.best("u", "w", "a b") == 3.0
    assert kept.conditions() == {"machine": "a (steady), b (import)"}


@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"taken": {}', None])
def test_a_file_without_figures_says_how_to_make_them(
    tmp_path: Path, content: str | None
) -> None:
    path = tmp_path / "figures.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(SystemExit, match=r"table\.py --json"):
        Figures.load(path)


def test_the_figures_of_the_page_are_right_and_fill_every_part() -> None:
    known = Figures.load(FILE)
    assert not wrong(known)
    assert set(known.taken) == {part.group for part in PARTS.values()}
    for name in PARTS:
        assert len(markdown(name, known)) > 2, name
    assert f"| numpy | {known.taken['steady']['numpy']} |" in markdown("machine", known)


@pytest.mark.parametrize("module", [figures_module, shown], ids=lambda m: m.__name__)
def test_examples(module: ModuleType) -> None:
    found = doctest.testmod(module)
    assert found.attempted and not found.failed
