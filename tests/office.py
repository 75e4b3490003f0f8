"""LibreOffice, by which some tests open and save workbooks; they are skipped where it isn't."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

SOFFICE = shutil.which("soffice")
needs_office = pytest.mark.skipif(SOFFICE is None, reason="scripts/install_test_tools.sh")


def converted(path: Path, kind: str, folder: Path) -> Path:
    """The workbook as LibreOffice saves it: "xls", "ods", or a filter with its options."""
    profile = (folder / "profile").as_uri()
    extension = kind.partition(":")[0]
    target = folder / extension
    done = subprocess.run(
        [SOFFICE or "", f"-env:UserInstallation={profile}", "--headless", "--convert-to", kind,
         "--outdir", str(target), str(path)],
        capture_output=True, text=True, check=False, timeout=180,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Error" not in done.stderr
    (made,) = target.iterdir()
    assert made.name == f"{path.stem}.{extension}"
    return made
