"""LibreOffice, by which some tests open and save workbooks; they are skipped where it isn't."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

SOFFICE = shutil.which("soffice")
needs_office = pytest.mark.skipif(SOFFICE is None, reason="scripts/install_test_tools.sh")


# A cell of a formula, up to its stored value.
_STORED = re.compile(rb'(<c r="\w+"(?: s="\d+")?)(?: t="str")?>(<f>[^<]*</f>)<v>[^<]*</v>')


def converted(path: Path, kind: str, folder: Path) -> Path:
    """The workbook as LibreOffice saves it: "xls", "ods", or a filter with its options."""
    target = folder / kind.partition(":")[0]
    _convert([path], kind, target, folder)
    (made,) = target.iterdir()
    assert made.name == f"{path.stem}.{target.name}"
    return made


def recalculated(paths: Sequence[Path], folder: Path) -> list[Path]:
    """Workbooks with every formula computed by LibreOffice: the stored values are taken out before.

    It computes none again of its own accord.
    """
    bare, target = folder / "bare", folder / "recalculated"
    bare.mkdir()
    for path in paths:
        with zipfile.ZipFile(path) as book, zipfile.ZipFile(bare / path.name, "w") as stripped:
            for name in book.namelist():
                stripped.writestr(name, _STORED.sub(rb"\1>\2", book.read(name)))
    _convert([bare / path.name for path in paths], "xlsx", target, folder)
    return [target / path.name for path in paths]


def _convert(paths: Sequence[Path], kind: str, target: Path, folder: Path) -> None:
    profile = (folder / "profile").as_uri()
    done = subprocess.run(
        [SOFFICE or "", f"-env:UserInstallation={profile}", "--headless", "--convert-to", kind,
         "--outdir", str(target), *map(str, paths)],
        capture_output=True, text=True, check=False, timeout=180,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Error" not in done.stderr
