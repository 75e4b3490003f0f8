"""Cases of a kind that others stand for at every change; `make nightly` tries them all."""

from __future__ import annotations

from typing import Any

import pytest


def nightly(*values: Any) -> Any:
    return pytest.param(*values, marks=pytest.mark.nightly)
