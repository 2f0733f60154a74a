"""Tests of the loop language."""
