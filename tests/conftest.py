"""What all tests share: Hypothesis does not judge how fast a busy machine is, and every
function is rewritten and lowered anew, but in the tests of that."""

import sys

import pytest
from hypothesis import HealthCheck, settings

from tensorgraph.config import config

settings.register_profile(
    "busy", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("busy")
config.recall = False


@pytest.fixture
def recalling(tmp_path, monkeypatch):
    """Functions start from a store of their own."""
    monkeypatch.setattr(config, "recall", True)
    monkeypatch.setattr(config, "cache_dir", str(tmp_path))
    return tmp_path


@pytest.fixture
def rewritten(monkeypatch):
    """The graphs that `function` rewrites: those of functions that are not recalled."""
    module, seen = sys.modules["tensorgraph.function"], []
    before = module.rewrite_graph

    def counted(graph, **options):
        seen.append(graph)
        return before(graph, **options)

    monkeypatch.setattr(module, "rewrite_graph", counted)
    return seen
