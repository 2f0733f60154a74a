"""Transforms, convolutions and interpolation of signals."""
