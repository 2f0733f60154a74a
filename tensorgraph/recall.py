"""Recall: what a request to compile became is kept for the next process that asks.

Rewriting and lowering a graph take most of the time when its machine code is already in
the store. A record in the store, under the key of the request, holds their results.
"""

from __future__ import annotations

import pickle
from contextlib import suppress

from tensorgraph.backends import store
from tensorgraph.backends.contract import Linked
from tensorgraph.content import Content
from tensorgraph.modes import reload
from tensorgraph.request import Request, Unnamed

MOST_BYTES = 1 << 24
"""Larger records are not kept."""


def recall(request: Request, mode: str) -> tuple[Content, Linked] | None:
    """What an equal request became, if its record and its code are in the store."""
    text = store.read(request.key, store.PLAN)
    if text is None:
        return None
    head, graph, program = pickle.loads(text)
    key, needs, hidden, routines = request.loads(head)
    linked = reload(mode, key, needs)
    if linked is None:
        return None
    content = Content(
        lambda: request.loads(graph), lambda: request.loads(program), hidden, routines
    )
    return content, linked


def remember(request: Request, content: Content, linked: Linked) -> None:
    """Keep what a request became, unless it cannot be written down."""
    head = linked.key, linked.needs, content.hidden, content.routines
    try:
        parts = [request.dumps(p) for p in (head, content.graph, content.program)]
    except Unnamed:
        return
    text = pickle.dumps(tuple(parts))
    if len(text) <= MOST_BYTES:
        with suppress(OSError):
            store.write(request.key, text, store.PLAN)
