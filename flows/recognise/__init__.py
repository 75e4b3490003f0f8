"""Grids in, tables out: which return each sheet is, where its header is, what the envelope says.

Whether the values are right is for the later stages; what can't be recognised is said, not guessed.
"""

from flows.recognise.drafts import Draft, Origin, recognise
from flows.recognise.table import Table

__all__ = ["Draft", "Origin", "Table", "recognise"]
