"""guoban beside its rivals, from one seed: `python -m benchmarks`, or `make bench`."""
