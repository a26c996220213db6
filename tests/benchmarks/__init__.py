"""Benchmarks: what setup/bench measures, a module per bench, each with a list ``FIGURES``."""
