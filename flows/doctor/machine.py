"""The machine and what is installed on it: versions against the pins, memory, terminal, environment."""

from __future__ import annotations

import platform
import sys
from importlib import metadata
from pathlib import Path

import duckdb
from packaging.requirements import Requirement
from rapidfuzz import fuzz, process

from flows.doctor.subject import Subject
from flows.doctor.verdict import Verdict, Verdicts, fine, mind, wrong
from flows.ground.durable import MIB
from flows.ground.settings import PROJECT, Settings

# Asked for by the command line itself.
_OTHER_NAMES = {"GUOBAN_DEBUG"}
_SHOWN = 5


def versions(subject: Subject) -> Verdicts:
    """Python, DuckDB and guoban; whether DuckDB works at all."""
    with duckdb.connect() as con:
        con.execute("select 1")
    words = f"guoban {_installed('guoban') or '?'}, Python {platform.python_version()}, DuckDB {duckdb.__version__}"
    if platform.system() == "Linux":
        yield fine(f"{words}, {platform.release()}", f"{words}, {platform.release()}")
        return
    yield wrong(
        f"{words}; {platform.system()} is not what guoban runs on",
        f"{words}；不能在{platform.system()}上运行",
        "run it on Linux; on Windows through WSL2 or a container",
        "请在Linux上运行；Windows请通过WSL2或容器",
    )


def packages(subject: Subject) -> Verdicts:
    """What is installed, against the pinned list."""
    is_whole = subject.settings.orchestrator == "prefect" or _installed("prefect")
    pins = PROJECT / ("requirements.txt" if is_whole else "requirements-no-prefect.txt")
    wanted = pinned(pins)
    found = {name: _installed(name) for name in wanted}
    missing = [name for name, version in found.items() if version is None]
    others = [
        f"{name} {version} ({wanted[name]})"
        for name, version in found.items()
        if version not in {None, wanted[name]}
    ]
    remedy = (
        "install the pinned list again: make refresh, or sh install.sh from the offline kit",
        "请按锁定清单重新安装：make refresh，或离线安装包中的sh install.sh",
    )
    if missing:
        names = _some(missing)
        yield wrong(f"not installed: {names}", f"没有安装：{names}", *remedy)
    if others:
        names = _some(others)
        yield mind(
            f"of another version than {pins.name} says: {names}",
            f"版本与{pins.name}不一致：{names}",
            *remedy,
        )
    if not missing and not others:
        yield fine(
            f"{len(wanted)} packages, all as {pins.name} says",
            f"{len(wanted)}个软件包，均与{pins.name}一致",
        )


def pinned(path: Path) -> dict[str, str]:
    """The packages of a pinned list that this machine needs, each with its version."""
    found = {}
    for line in path.read_text("utf-8").splitlines():
        if line[:1] in {"", " ", "#", "-"}:
            continue
        one = Requirement(line.rstrip(" \\"))
        if one.marker is None or one.marker.evaluate():
            found[one.name] = str(one.specifier).removeprefix("==")
    return found


def _installed(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _some(names: list[str]) -> str:
    more = f" … +{len(names) - _SHOWN}" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def memory(subject: Subject) -> Verdicts:
    """What is free, against what a refresh may take."""
    free, wanted = _available_mib(), subject.settings.memory_mib
    if free is None or free >= wanted:
        words = "?" if free is None else str(free)
        yield fine(
            f"{words} MiB can be had, a refresh takes {wanted} at most",
            f"可用{words} MiB，一次刷新最多用{wanted} MiB",
        )
        return
    yield mind(
        f"{free} MiB can be had, a refresh may take {wanted}",
        f"可用内存{free} MiB，一次刷新最多会用{wanted} MiB",
        "end what is not needed, or set GUOBAN_MEMORY_MIB lower (1024 at least)",
        "请关闭不需要的程序，或调低GUOBAN_MEMORY_MIB（不少于1024）",
    )


def _available_mib() -> int | None:
    try:
        lines = Path("/proc/meminfo").read_text("utf-8").splitlines()
    except OSError:
        return None
    sizes = [
        int(line.split()[1]) for line in lines if line.startswith(("MemAvailable:", "SwapFree:"))
    ]
    return sum(sizes) * 1024 // MIB if sizes else None


def terminal(subject: Subject) -> Verdicts:
    """Whether it can show Chinese, and names of files are read as they are written."""
    for encoding in {subject.encoding, sys.getfilesystemencoding()}:
        try:
            "过半".encode(encoding)
        except (UnicodeEncodeError, LookupError):
            yield mind(
                f"{encoding} has no Chinese characters: names show as question marks",
                f"编码{encoding}不能显示中文",
                "set LC_ALL=zh_CN.UTF-8, or C.UTF-8 where that is not installed",
                "请设置LC_ALL=zh_CN.UTF-8，没有安装的设为C.UTF-8",
            )
            return
    yield fine(f"{subject.encoding} shows Chinese", f"{subject.encoding}，可以显示中文")


def environment(subject: Subject) -> Verdicts:
    """Settings that nothing asks for: a name that is misspelt is passed over without a word."""
    known = {f"GUOBAN_{name.upper()}" for name in Settings.model_fields} | _OTHER_NAMES
    given = sorted(name for name in subject.environment if name.upper().startswith("GUOBAN_"))
    odd = [name for name in given if name.upper() not in known]
    for name in odd:
        yield _unknown(name, known)
    if not odd:
        names = ", ".join(given)
        yield fine(names or "nothing is set: all by default", names or "没有设置，均为默认值")


def _unknown(name: str, known: set[str]) -> Verdict:
    near = process.extractOne(name.upper(), sorted(known), scorer=fuzz.ratio, score_cutoff=60)
    hint, chinese = (f"; did you mean {near[0]}?", f"，是否为{near[0]}？") if near else ("", "")
    return mind(
        f"there is no setting {name}{hint}",
        f"没有{name}这项设置{chinese}",
        "correct its name or take it out of the environment",
        "请改正名称或删去该环境变量",
    )
