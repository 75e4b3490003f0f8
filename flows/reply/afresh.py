"""A reply written from nothing: the same content where the submitted format can't be written.

The values are those that guoban's own reader found, so that what comes back reads the same.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Mapping, Sequence
from typing import Any

from flows.read import Grid
from flows.read.grid import cell_text
from flows.reply.annotate_size import COMMENT_WIDTH, comment_height
from flows.reply.by_xlsxwriter import Writer, set_up_print
from flows.reply.opinions import Note, address
from flows.reply.page import SEVERITY_FILLS, Page, Style, free_name, text_width, writable
