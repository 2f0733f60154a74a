"""Backends: each turns a loop program into the addresses of two C functions."""
