"""Tests of `rewrites/`."""
