"""Tests of the documentation: its code runs and prints what the pages show."""
