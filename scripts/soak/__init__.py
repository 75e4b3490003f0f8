"""Hundreds of refreshes, and between them whatever can happen to a drop folder and a machine.

`memory` holds all processes to one limit, `children` runs them, `acts` is what can happen, `twin`
what must come of it: a warehouse that saw the good files and acts alone is the same.
"""
