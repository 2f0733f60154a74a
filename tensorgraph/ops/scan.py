"""Scan: loops in time, with carried values and stacked rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tensorgraph.errors import GraphError, RandomError, ShapeError
from tensorgraph.graph.evaluate import evaluate
from tensorgraph.graph.node import Variable
from tensorgraph.graph.op import as_list
from tensorgraph.graph.subgraph import Subgraph, close_over
from tensorgraph.graph.traverse import applies
from tensorgraph.loops.lower import lower_inside
from tensorgraph.ops.broadcast import refuse_batched, shape_of, spread, static_length
from tensorgraph.ops.shaping.join import concatenate
from tensorgraph.ops.shaping.shape import moveaxis, specify_shape
from tensorgraph.ops.tensor import TensorOp, TensorType, as_tensor
from tensorgraph.transforms.grad import pullback
from tensorgraph.transforms.vectorize import vectorize_graph


@dataclass(frozen=True)
class Scan(TensorOp):
    """A loop: from (length, *initial, *sequences, *others) to (*finals, *rows).

    `body` is a graph from (*carried, *elements of the sequences, *others) to (*carried,
    *rows). The carried values after each step are rows too, first of all; rows that
    nobody uses are never stored.
    """

    body: Subgraph
    carried: int
    sequences: int

    def __str__(self) -> str:
        return f"Scan{{carried={self.carried}, sequences={self.sequences}}}"

    def split(
        self, inputs: Sequence[Any]
    ) -> tuple[Any, list[Any], list[Any], list[Any]]:
        """Length, initial values, sequences and others among the inputs."""
        last = 1 + self.carried + self.sequences
        return (
            inputs[0], list(inputs[1 : 1 + self.carried]),
            list(inputs[1 + self.carried : last]), list(inputs[last:]),
        )  # fmt: skip

    def infer(self, *inputs: Variable) -> list[TensorType]:
        length, initial, sequences, others = self.split(inputs)
        elements = [v.type.element_type(1) for v in sequences]
        given = [*[v.type for v in initial], *elements, *[v.type for v in others]]
        for v, t in zip(self.body.inputs, given, strict=True):
            if not v.type.accepts(t):
                raise ShapeError(f"scan: the body expects {v.type}, but gets {t}.")
        time = static_length(length)
        after = [v.type for v in self.body.outputs]
        return [
            *after[: self.carried],
            *[t.with_shape((time, *t.shape)) for t in after],
        ]

    def evaluate(self, xp: Any, *inputs: Any) -> Any:
        length, state, sequences, others = self.split(inputs)
        rows: list[list[Any]] = [[] for _ in self.body.outputs]
        for step in range(int(length)):
            elements = [s[step] for s in sequences]
            given = zip(self.body.inputs, [*state, *elements, *others], strict=True)
            made = evaluate(self.body.outputs, dict(given), xp)
            state = made[: self.carried]
            for row, value in zip(rows, made, strict=True):
                row.append(value)
        if not rows[0]:
            return [*state, *self._no_rows(xp, state, sequences, others)]
        return [*state, *map(xp.stack, rows)]

    def _no_rows(
        self, xp: Any, state: Sequence[Any], sequences: Sequence[Any],
        others: Sequence[Any],
    ) -> list[Any]:  # fmt: skip
        """What a loop of no steps stacks; a step of zeros tells unknown lengths."""
        rows = [xp.asarray(s)[None][:0] for s in state]
        free = self.body.outputs[self.carried :]
        if all(isinstance(n, int) for v in free for n in v.type.shape):
            shapes = [((0, *v.type.shape), v.type.dtype) for v in free]
        else:
            zeros = [xp.broadcast_to(xp.asarray(0, s.dtype), s.shape[1:])
                     for s in sequences]  # fmt: skip
            given = zip(self.body.inputs, [*state, *zeros, *others], strict=True)
            made = evaluate(free, dict(given), xp)
            shapes = [((0, *y.shape), y.dtype.name) for y in made]
        return [*rows, *[xp.asarray([], dtype).reshape(s) for s, dtype in shapes]]

    def pullback(self, *arguments: Any) -> Any:
        count = len(arguments) - 2 * (self.carried + len(self.body.outputs))
        inputs = arguments[:count]
        results = arguments[count : count + self.carried + len(self.body.outputs)]
        cotangents = arguments[count + len(results) :]
        return Reverse(self, inputs, results, cotangents).cotangents()

    def batch(self, batched: Sequence[bool], *inputs: Variable) -> Any:
        refuse_batched("scan", "its length", batched[:1])
        _, start, _, _ = self.split(spread(batched, inputs))
        _, _, sequences, others = self.split(inputs)
        _, _, moved, varied = self.split(batched)
        rows = [
            moveaxis(v, 0, 1) if m else v for v, m in zip(sequences, moved, strict=True)
        ]
        many = [
            _with_leading(v, x.type.shape[axis]) if m else v
            for v, x, axis, m in zip(
                self.body.inputs, [*start, *rows, *others],
                [*[0] * len(start), *[1] * len(rows), *[0] * len(others)],
                [*[True] * len(start), *moved, *varied], strict=True,
            )
        ]  # fmt: skip
        made = vectorize_graph(
            self.body.outputs, dict(zip(self.body.inputs, many, strict=True))
        )
        for i, state in enumerate(many[: self.carried]):
            has = made[i].type.ndim == state.type.ndim
            made[i] = spread((True, has), (state, made[i]))[1]
        op = Scan(Subgraph(many, made), self.carried, self.sequences)
        found = as_list(op(inputs[0], *start, *rows, *others))
        return [
            *found[: self.carried],
            *self._stacks_first(found[self.carried :], made),
        ]

    def _stacks_first(self, rows: Sequence[Any], made: Sequence[Any]) -> list[Any]:
        """Rows with the new axis before that of time, where they have it."""
        return [
            moveaxis(row, 1, 0) if new.type.ndim > old.type.ndim else row
            for row, new, old in zip(rows, made, self.body.outputs, strict=True)
        ]

    def lower(self, loop: Any, *values: Any) -> Any:
        length, initial, sequences, others = self.split(values)
        extent = loop.as_extent(length)
        for sequence in sequences:
            extent = loop.unify(extent, sequence.extents[0], "scan")

        def body(time: Any, state: list[Any]) -> tuple[list[Any], list[Any]]:
            elements = [_element(loop, s, time) for s in sequences]
            given = dict(
                zip(self.body.inputs, [*state, *elements, *others], strict=True)
            )
            made = lower_inside(loop, given, self.body.outputs)
            return made[: self.carried], made

        return loop.loop(extent, initial, body)


def _with_leading(variable: Any, length: Any) -> Any:
    """A variable of the same type with one more leading axis."""
    return variable.type.with_shape((length, *variable.type.shape))()


def _element(loop: Any, sequence: Any, time: Any) -> Any:
    index = time.element(())
    return loop.map(
        sequence.extents[1:], sequence.dtype, (sequence, time),
        lambda s: loop.read(sequence, (index, *s)), cost=0,
    )  # fmt: skip


def _shaped_as(bar: Any, v: Variable) -> Any:
    """A cotangent with the lengths of `v` along its last axes: they may be known by
    other names in the graph that it comes from.
    """
    if bar is None or not isinstance(v.type, TensorType):
        return bar
    leading = bar.type.ndim - v.type.ndim
    if v.type.accepts(bar.type.element_type(leading)):
        return bar
    return specify_shape(bar, (*[None] * leading, *v.type.shape))


class Reverse:
    """The pullback of one scan: a scan that runs backwards over the saved states."""

    def __init__(
        self,
        scan: Scan,
        inputs: Sequence[Any],
        results: Sequence[Any],
        cotangents: Sequence[Any],
    ) -> None:
        self.scan, self.inputs = scan, inputs
        self.length, self.initial, self.sequences, self.others = scan.split(inputs)
        self.rows = results[scan.carried :]
        finals, rows = cotangents[: scan.carried], cotangents[scan.carried :]
        body = scan.body
        self.final_bars = list(map(_shaped_as, finals, body.inputs))
        self.row_bars = list(map(_shaped_as, rows, body.outputs))

    def cotangents(self) -> list[Any]:
        """One cotangent for each input of the scan."""
        scan, body = self.scan, self.scan.body
        n, m = scan.carried, scan.sequences
        smooth = [v for v in body.inputs if v.type.differentiable]
        state = [v for v in body.inputs[:n] if v.type.differentiable]
        shared = [v for v in body.inputs[n + m :] if v.type.differentiable]
        bars = {v: v.type() for v in body.outputs}
        outer_bars = [v.type() for v in state]
        row_bars = {
            i: v.type()
            for i, v in enumerate(body.outputs)
            if self.row_bars[i] is not None
        }
        given = self._output_bars(bars, outer_bars, row_bars, state)
        pulled = pullback(
            [v for v, _ in given], smooth, [g for _, g in given], disconnected="zero"
        )
        by_input = dict(zip(smooth, pulled, strict=True))
        sums = [v.type() for v in shared]
        after = [by_input[v] for v in state]
        totals = [s + by_input[v] for s, v in zip(sums, shared, strict=True)]
        rows = [by_input[v] for v in body.inputs[n : n + m] if v in by_input]
        return self._run(outer_bars, sums, row_bars, after, totals, rows, state, shared)

    def _output_bars(
        self,
        bars: Any,
        outer_bars: list[Any],
        row_bars: dict[int, Any],
        state: list[Any],
    ) -> list[tuple[Any, Any]]:
        body, n = self.scan.body, self.scan.carried
        place = {v: g for v, g in zip(state, outer_bars, strict=True)}
        given = []
        for i, output in enumerate(body.outputs):
            if not output.type.differentiable:
                continue
            terms = [place[body.inputs[i]]] if i < n else []
            terms += [row_bars[i]] if i in row_bars else []
            if terms:
                given.append(
                    (output, terms[0] if len(terms) == 1 else terms[0] + terms[1])
                )
        return given

    def _run(
        self, outer_bars: list[Any], sums: list[Any], row_bars: dict[int, Any],
        after: list[Any], totals: list[Any], rows: list[Any],
        state: list[Any], shared: list[Any],
    ) -> list[Any]:  # fmt: skip
        scan, body = self.scan, self.scan.body
        n, m = scan.carried, scan.sequences
        before = [
            concatenate([start[None], row])[:-1]
            for start, row in zip(self.initial, self.rows, strict=False)
        ]
        backwards = [v[::-1] for v in [*before, *self.sequences]]
        backwards += [self.row_bars[i][::-1] for i in row_bars]
        carried = [*outer_bars, *sums]
        elements = [*body.inputs[: n + m], *row_bars.values()]
        inner = Subgraph(
            [*carried, *elements, *body.inputs[n + m :]], [*after, *totals, *rows]
        )
        place = dict(
            zip(
                body.inputs, [*self.initial, *self.sequences, *self.others], strict=True
            )
        )
        start = [
            bar if bar is not None else place[v].zeros_like()
            for v, bar in zip(body.inputs[:n], self.final_bars, strict=True)
            if v.type.differentiable
        ]
        start += [place[v].zeros_like() for v in shared]
        found = Scan(inner, len(carried), len(elements))(
            self.length, *start, *backwards, *self.others
        )
        found = found if isinstance(found, list) else [found]
        finals, stacked = found[: len(carried)], found[len(carried) :]
        by_input = dict(zip([*state, *shared], finals, strict=True))
        smooth_rows = [v for v in body.inputs[n : n + m] if v.type.differentiable]
        made = stacked[len(carried) :]
        by_input |= {v: r[::-1] for v, r in zip(smooth_rows, made, strict=True)}
        return [None, *[by_input.get(v) for v in body.inputs]]


def scan(
    fn: Callable[..., Any],
    sequences: Any = (),
    outputs_info: Any = (),
    non_sequences: Any = (),
    n_steps: Any = None,
    go_backwards: bool = False,
) -> Any:
    """Loop `fn` over the first axis of sequences, carrying values from step to step.

    `fn` gets an element of each sequence, then each carried value, then the
    non-sequences, and returns one output for each entry of `outputs_info`: an initial
    value makes the output carried, None makes it a row. Variables that `fn` uses from
    outside are passed by themselves. Returns each output stacked over time (one
    variable, or a list).

    >>> import tensorgraph as tg
    >>> x = tg.dvector("x")
    >>> tg.scan(lambda x_t, total: total + x_t, [x], [0.0]).eval({x: [1.0, 2.0, 3.0]})
    array([1., 3., 6.])
    """
    streams = [as_tensor(s) for s in _listed(sequences)]
    starts = _listed(outputs_info)
    others = [as_tensor(v) for v in _listed(non_sequences)]
    if n_steps is None and not streams:
        raise GraphError("scan needs sequences or n_steps.")
    length = n_steps if n_steps is not None else shape_of(streams[0])[0]
    if n_steps is not None:
        streams = [s[:n_steps] for s in streams]
    streams = [s[::-1] for s in streams] if go_backwards else streams
    initial = [as_tensor(v) for v in starts if v is not None]
    made, elements, carried = _trace(fn, streams, starts, initial, others)
    kept = [y for y, start in zip(made, starts, strict=True) if start is not None]
    rows = [y for y, start in zip(made, starts, strict=True) if start is None]
    body, captured = close_over([*carried, *elements], [*kept, *rows])
    _refuse_draws(body, captured, fn)
    found = Scan(body, len(carried), len(elements))(
        as_tensor(length, dtype="int64"), *initial, *streams, *captured
    )
    found = found if isinstance(found, list) else [found]
    stacked = (
        iter(found[len(carried) : 2 * len(carried)]),
        iter(found[2 * len(carried) :]),
    )
    results = [next(stacked[start is None]) for start in starts]
    return results[0] if len(results) == 1 else results


def _trace(
    fn: Callable[..., Any], streams: list[Any], starts: list[Any], initial: list[Any],
    others: list[Any],
) -> tuple[list[Any], list[Any], list[Any]]:  # fmt: skip
    """Call `fn` on fresh variables: its outputs, the elements, the carried values."""
    elements = [s.type.element_type(1)(s.name) for s in streams]
    carried = [v.type(v.name) for v in initial]
    given = fn(*elements, *carried, *others)
    made = [
        as_tensor(y) for y in (given if isinstance(given, list | tuple) else [given])
    ]
    if not starts:
        starts.extend([None] * len(made))
    if len(made) != len(starts):
        raise GraphError(
            f"scan: the function returns {len(made)} outputs for {len(starts)} "
            "entries of outputs_info."
        )
    inits = iter(initial)
    for number, (y, start) in enumerate(zip(made, starts, strict=True)):
        want = next(inits).type if start is not None else y.type
        if not want.accepts(y.type):
            raise ShapeError(
                f"scan: output {number} starts as {want} but becomes {y.type}.",
                remedy="Give an initial value of the dtype and shape that the step "
                "returns.",
            )
    return made, elements, carried


def _refuse_draws(body: Subgraph, captured: Sequence[Variable], fn: Any) -> None:
    """A draw inside would read one state in every step, and so repeat its noise.

    A draw that depends on nothing of the step is captured; the line tells it is inside.
    """
    code = getattr(fn, "__code__", None)
    outside = [n for n in applies(captured) if any(p.is_in(code) for p in n.places)]
    for node in (*applies(body.outputs), *outside):
        if node.op.successors:
            raise RandomError(
                f"scan: the step draws from {node.op}; its noise would be the same in "
                "every step.",
                places=node.places,
                remedy="Draw the noise of all steps before, with one more axis in its "
                "size, and pass it among the sequences.",
            )


def _listed(values: Any) -> list[Any]:
    if values is None:
        return []
    return list(values) if isinstance(values, list | tuple) else [values]
