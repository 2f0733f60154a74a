"""Tests of the compiled parts: calling, sampler, vector math."""
