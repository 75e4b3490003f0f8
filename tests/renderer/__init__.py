"""Workbooks as departments send them, made for tests: any sheet in any format, any return in any
layout. What is written here is written by hand, so that reading is not tested against itself.
"""

from renderer.formats import FORMATS, Format, write
from renderer.sheets import Broken, Dressed, Formula, Rich, Sheet, Value, address

__all__ = [
    "FORMATS",
    "Broken",
    "Dressed",
    "Format",
    "Formula",
    "Rich",
    "Sheet",
    "Value",
    "address",
    "write",
]
