"""Sets up and runs the hub on one machine: standard library only, Python 3.11 to 3.13."""
