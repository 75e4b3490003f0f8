"""Mutation testing: small faults are put into the code one by one, and the tests should see each.

Python's faults are cosmic-ray's, SQL's are made here. Nightly (`make mutants`), not in `make test`.
"""
