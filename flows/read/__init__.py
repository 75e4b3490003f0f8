"""Bytes of a received file in, grids of cells out; what the cells mean is for recognise.

Reading happens in child processes under limits of memory and time, because a small hostile
workbook can abort the process that opens it. `read_files` and `Readers` are the only doors.
"""

from flows.read.grid import Book, Grid, Unreadable
from flows.read.sandbox import Limits, Reader, Readers, limits_of, read_files

__all__ = ["Book", "Grid", "Limits", "Reader", "Readers", "Unreadable", "limits_of", "read_files"]
