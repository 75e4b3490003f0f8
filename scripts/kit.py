"""`make kit`: all that a machine without a network needs, as one archive in dist/.

The wheels are those of requirements.txt for the Python and the system that this runs on, checked by
hash; the program is what git tracks, as it stands in this folder. Whoever gets the archive unpacks
it and runs `sh install.sh` (`deploy/install.sh`).
"""

from __future__ import annotations

import ensurepip
import gzip
import hashlib
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from packaging.requirements import Requirement

PROJECT = Path(__file__).resolve().parent.parent
DIST = PROJECT / "dist"
NAME = "guoban-kit"
# Where Python has the pip that it gives to new environments; Debian keeps it apart.
PIP_PLACES = (Path(ensurepip.__file__).parent / "_bundled", Path("/usr/share/python-wheels"))
MIB = 1 << 20
# When every file is said to be of, so that a kit of the same files is the same: the year 2000. Zip
# archives know no time before 1980.
_WHEN = 946_684_800


class KitError(Exception):
    """The kit can't be made here; the text says what is wanting."""


def main() -> None:
    """Makes the kit and prints where it is."""
    DIST.mkdir(exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(dir=DIST) as folder:
            archive = make(Path(folder) / NAME)
    except (KitError, subprocess.CalledProcessError) as error:
        sys.exit(f"make kit: {error}")
    print(f"{archive.relative_to(PROJECT)}  {archive.stat().st_size / MIB:.0f} MiB")


def make(kit: Path) -> Path:
    """Gathers everything in the folder and packs it; the archive."""
    program, wheels = kit / "guoban", kit / "wheels"
    wheels.mkdir(parents=True)
    for name in tracked():
        (program / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(PROJECT / name, program / name)
    shutil.copy(PROJECT / "deploy" / "install.sh", kit / "install.sh")
    download(wheels)
    shutil.copy(bundled_pip(), kit)
    (kit / "KIT").write_text("".join(f"{line}\n" for line in traits(wheels)), "utf-8")
    sums = [f"{digest(path)}  {path.relative_to(kit)}" for path in files_of(kit)]
    (kit / "SHA256SUMS").write_text("\n".join(sums) + "\n", "utf-8")
    version = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    archive = DIST / f"{NAME}-{version}-py{python_version()}-{platform.machine()}.tar.gz"
    pack(kit, archive)
    archive.with_name(f"{archive.name}.sha256").write_text(f"{digest(archive)}  {archive.name}\n")
    return archive


def tracked() -> list[str]:
    """The files of the program, samples and tests: what git knows, nothing that somebody filed."""
    try:
        done = subprocess.run(
            ["git", "ls-files", "-z"],  # noqa: S607 - the user's git
            cwd=PROJECT,
            capture_output=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        raise KitError(
            "git knows which files belong to guoban: a checkout and git are wanted"
        ) from None
    names = [name for name in done.stdout.decode("utf-8").split("\0") if name]
    return [name for name in names if (PROJECT / name).is_file()]


def download(wheels: Path) -> None:
    """The wheels of the list with Prefect, which has the other one's in it."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as listed:
        listed.write("\n".join(asked((PROJECT / "requirements.txt").read_text("utf-8"))))
        listed.flush()
        subprocess.run(  # noqa: S603 - fixed arguments
            [
                sys.executable, "-m", "pip", "download",
                "--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary", ":all:",
                "--require-hashes", "-r", listed.name, "-d", str(wheels),
            ],
            check=True,
        )  # fmt: skip


def asked(text: str) -> Iterator[str]:
    """The entries of a list, with their hashes, that some release of this Python asks for.

    A few are for early or for late releases (3.11.2, 3.11.9): the other machine may have either.
    """
    for entry in re.findall(r"^[\w.-]+==(?:.*\\\n)*.*$", text, re.MULTILINE):
        stated, *hashes = entry.replace("\\\n", "").split(" --hash=")
        wanted = Requirement(stated)
        releases = ({"python_full_version": f"{python_version()}.{n}"} for n in (0, 99))
        if wanted.marker is None or any(map(wanted.marker.evaluate, releases)):
            wanted.marker = None
            yield " ".join([str(wanted), *(f"--hash={one.strip()}" for one in hashes)])


def bundled_pip() -> Path:
    """The wheel of pip that Python has for new environments."""
    found = [path for place in PIP_PLACES for path in sorted(place.glob("pip-*.whl"))]
    if not found:
        raise KitError("this Python has no pip to give along (Debian: install python3-venv)")
    return found[0]


def traits(wheels: Path) -> Iterator[str]:
    """What install.sh compares with the machine it runs on."""
    yield f"python={python_version()}"
    yield f"machine={platform.machine()}"
    yield f"glibc={glibc_of(path.name for path in wheels.iterdir())}"
    yield f"mib={sum(map(unpacked_bytes, wheels.iterdir())) * 3 // 2 // MIB}"


def python_version() -> str:
    """As 3.11; wheels are made for one."""
    return f"{sys.version_info.major}.{sys.version_info.minor}"


def glibc_of(names: Iterable[str]) -> str:
    """The oldest glibc that all wheels run on; each names those that it was made for."""
    least = (2, 17)
    for name in names:
        made_for = [(2, int(minor)) for minor in re.findall(r"manylinux_2_(\d+)_", name)]
        made_for += [(2, 17)] * ("manylinux2014" in name)
        least = max(least, min(made_for, default=least))
    return ".".join(map(str, least))


def unpacked_bytes(wheel: Path) -> int:
    with zipfile.ZipFile(wheel) as parts:
        return sum(part.file_size for part in parts.infolist())


def files_of(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def pack(kit: Path, archive: Path) -> None:
    """Packs the folder: nobody's name in it, nor when it was."""
    unfinished = archive.with_name(f".{archive.name}")
    # Wheels are packed already. Names of this format are bytes to every tar, in any locale.
    with (
        unfinished.open("wb") as out,
        gzip.GzipFile("", "wb", compresslevel=1, fileobj=out, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.GNU_FORMAT) as tar,
    ):
        for path in files_of(kit):
            entry = tar.gettarinfo(path, f"{NAME}/{path.relative_to(kit)}")
            entry.uid = entry.gid = 0
            entry.uname = entry.gname = ""
            entry.mtime = _WHEN
            entry.mode = 0o755 if entry.mode & 0o100 else 0o644
            with path.open("rb") as file:
                tar.addfile(entry, file)
    unfinished.replace(archive)


if __name__ == "__main__":
    main()
