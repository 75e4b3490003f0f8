#!/usr/bin/env python3
"""Checks a warehouse of guoban's without guoban: by Python's standard library alone.

    python3 verify_standalone.py WAREHOUSE

It follows the journal line by line (a hash chain), holds records of publications and every received
file against it, each release against the files that it lists and the fingerprint in the chain, and the
five figures, their rates and "past the half" against the published rows.
What the database and the Parquet files say it holds against the list beside them, not the chain. Whether the
journal's newest lines are there is told by releases, or a printed head. Exit status: 0 well, 1 not, 2 wrong usage.
"""

import csv
import gzip
import hashlib
import json
import os
import re
import sys
import zlib
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

# A sealed line: its last member is the hash over what came before, and the line up to there.
SEALED = re.compile(rb'(.*), "chain": "([0-9a-f]{64})"\}', re.DOTALL)
YI, NULL, MOST_OF_A_LINE = 100_000_000, "\x1e", 10_000_000
NUMBER = re.compile(r"-?[0-9]{1,40}(\.[0-9]{1,40})?")  # Others may take for ever to work out.
NUMBERS = ("value", "target_value", "contribution", "amount_cny")
LOCALES = [os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG")]
Row = dict[str, Any]


def say(english: str, chinese: str) -> str:
    return chinese if next(filter(None, LOCALES), "").startswith("zh") else english


class Report:
    """What was found; wrong is what is not as it was."""

    def __init__(self) -> None:
        self.wrong: list[str] = []
        self.notes: list[str] = []

    def add(self, place: object, english: str, chinese: str) -> None:
        self.wrong.append(f"{place}: {say(english, chinese)}")

    def note(self, english: str, chinese: str) -> None:
        self.notes.append(say(english, chinese))


def hash_of(path: Path) -> str:
    if not path.is_file():  # A pipe would keep whoever reads it waiting.
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def link(before: str, body: bytes) -> bytes:
    return hashlib.sha256(before.encode() + body).hexdigest().encode()


def read_journal(path: Path, report: Report) -> list[tuple[str, Row, str]]:
    """The entries, oldest first, each with the hash that its line follows."""
    if not path.is_file():
        report.add(path, "is missing", "缺失")
        return []
    whole, end, rest = path.read_bytes().rpartition(b"\n")
    head, since, entries = "", 0, []
    unchained: Any = hashlib.sha256()  # Over lines without a chain, which the next with one seals.
    for number, line in enumerate(whole.split(b"\n") if end else [], start=1):
        place, kind, before = f"{path}:{number}", "", unchained.hexdigest() if unchained else head
        try:
            kind = (entry := json.loads(line))["kind"]
            entries.append((kind, entry, before))
        except (ValueError, KeyError, TypeError, RecursionError):
            report.add(place, "can't be read", "无法读取")
        if found := SEALED.fullmatch(line):
            # Behind chained ones they stand where somebody says that they are right, and nowhere else.
            if link(before, found[1]) != found[2] or (since and kind != "chained"):
                report.add(place, "does not follow what stands before it", "与之前各行不相衔接")
            elif since:
                told = f"{path}:{since}-{number - 1} ({entry.get('by')} {entry.get('at')})"
                report.note(f"not chained, and sealed later: {told}", f"未相链，后经封存：{told}")
            head, since, unchained = found[2].decode(), 0, None
        else:
            since = since or (number if head else 0)
            unchained = unchained or hashlib.sha256(head.encode())
            unchained.update(line + b"\n")
    if since:
        report.add(f"{path}:{since}", "not chained from here on", "自此行起没有相链")
    before, found = unchained.hexdigest() if unchained else head, SEALED.fullmatch(rest[:-1])
    if found and link(before, found[1]) == found[2]:
        report.add(path, "the end of its last line is damaged", "最后一行的行末损坏")
    elif rest:
        report.note("the journal's last line is torn", "台账最后一行不完整，未曾生效")
    none = say("none yet, it is an earlier version's", "尚无，由早期版本写成")
    report.note(f"head of the chain now: {head or none}", f"台账现在的链首：{head or none}")
    return entries


def check_records(folder: Path, publications: list[tuple[Row, str]], report: Report) -> None:
    """The files of each publication; those of an earlier version are sealed with the next one's."""
    waiting: list[str] = []
    for one, before in publications:
        if one.get("chain_head") not in (None, before):
            report.add(one["run_id"], "names another head of the chain", "所记链首不符")
        waiting.append(one["run_id"])
        if one.get("record_sha256") is None:
            continue
        files = [(name, path) for name in waiting for path in sorted((folder / name).glob("*"))]
        lines = "".join(f"{name}/{path.name} {hash_of(path)}\n" for name, path in files)
        if hashlib.sha256(lines.encode()).hexdigest() != one["record_sha256"]:
            report.add(folder / one["run_id"], "the record was altered", "发布记录被改动")
        waiting = []


def read_sealed(path: Path, report: Report) -> Row | None:
    """A file that is no part of the chain but sealed by itself; None where it is not as it was."""
    data = path.read_bytes() if path.is_file() else b""
    found = SEALED.fullmatch(data[:-1])
    if found and link("", found[1]) == found[2] and data[-1:] == b"\n":
        return dict(json.loads(data))
    report.add(path, "is missing or was altered", "缺失或被改动")
    return None


def check_archive(folder: Path, known: dict[str, Row], report: Report) -> None:
    """Every received file, under the hash of its bytes."""
    for sha256, one in known.items():
        path = folder / sha256[:2] / sha256
        if not path.is_file() or path.stat().st_size != one["size"]:
            report.add(path, f"missing or cut: {one['path']}", f"缺失或不完整：{one['path']}")
    for path in sorted(folder.glob("[!.]*/*")):
        if hash_of(path) != path.name:
            told = known.get(path.name, {}).get("path", "")
            report.add(path, f"was altered: {told}", f"被改动：{told}")


def unknown_words(folder: Path, last: str) -> tuple[str, str]:
    """What is said of a release that the journal has not; `last` is the last one that it has."""
    if (read_sealed(folder / "proof" / "files.json", Report()) or {}).get("run_id") != folder.name:
        return "was never published", "不是发布过的内容"
    if folder.name > last:
        return f"the journal is older, as from a backup: it ends with {last}", f"台账较旧，如从备份恢复，止于{last}"  # fmt: skip
    return "is not in the journal, which may have been a backup", "台账中没有，台账或曾从备份恢复"


def check_release(folder: Path, publication: Row, report: Report) -> tuple[str, Row] | None:
    """A release: its files, its data and its figures. The newest month, with what was worked out."""
    listed = folder / "proof" / "files.json"
    if (said := read_sealed(listed, report)) is None:
        return None
    for name in ("run_id", "fingerprint", "chain_head"):
        if said[name] != publication[name]:
            report.add(listed, f"{name} is not the journal's", f"{name}与台账不符")
    there = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if not p.is_dir()}
    for name in sorted({*there, *said["files"]} - {"proof/files.json"}):
        if hash_of(folder / name) != said["files"].get(name):
            report.add(folder / name, "altered, missing or not listed", "被改动、缺失或多余")
    return check_contents(folder / "proof", publication["fingerprint"], report)


def check_contents(proof: Path, fingerprint: str, report: Report) -> tuple[str, Row] | None:
    """The sums of the fingerprint, and the rows that can be read against them."""
    path = proof / "contents.txt"
    if not path.is_file() or hash_of(path) != fingerprint:
        report.add(path, "does not give the fingerprint", "与指纹不符")
        return None
    stated: dict[tuple[str, str], list[str]] = {}
    for line in path.read_text("utf-8").splitlines():
        relation, month, *sums = line.split(" ")
        stated[month[:7], relation] = sums
    told = None
    for month in sorted({month for month, _ in stated}):
        figures, rows = (
            read_rows(proof / f"{name}-{month}.csv.gz", stated.get((month, f"mart.{name}")), report)
            for name in ("headline_indicators", "headline_rows")
        )
        if found := check_month(f"{proof} {month}", [*figures], rows, report):
            told = month, found
    return told


def read_rows(path: Path, stated: list[str] | None, report: Report) -> Iterator[Row]:
    """One row after the other, however many there are; then, whether they are what was published."""
    count = total = 0
    try:
        with gzip.open(path if stated and path.is_file() else os.devnull, "rb") as file:
            # A line that has no end is cut; so are those of a pipe, and of what nothing is stated.
            lines = iter(lambda: file.readline(MOST_OF_A_LINE).decode(), "")
            for told in csv.DictReader(lines, strict=True):
                row = {k: None if v == NULL else v for k, v in told.items()}
                count, total = count + 1, total + number_of(row)
                is_plain = all(NUMBER.fullmatch(row.get(name) or "0") for name in NUMBERS)
                if not is_plain or count > int((stated or ["0"])[0]):
                    raise ValueError
                yield row
    except (OSError, ValueError, EOFError, zlib.error, csv.Error):
        report.add(path, "can't be read", "无法读取")
    if stated and [str(count), str(total)] != stated:
        report.add(path, "does not hold what was published", "与发布的内容不符")


def number_of(row: Row) -> int:
    """A row as the fingerprint has it: its values as text, joined; see `detail.release_contents`."""
    text = "\x1f".join(NULL if value is None else value for value in row.values())
    return int.from_bytes(hashlib.md5(text.encode(), usedforsecurity=False).digest()[8:], "little")


def check_month(place: str, figures: list[Row], rows: Iterable[Row], report: Report) -> Row:
    """Adds the rows up, each to its department and the zone, and holds that against the figures."""
    sums: dict[tuple[str, str], Fraction] = {}
    zone = next((one["department"] for one in figures if one["scope"] == "zone"), "")
    for row in rows:
        part, code = Fraction(row["contribution"]), row["indicator_code"]
        if part != (Fraction(row["amount_cny"]) / YI if row["unit"] == "亿元" else 1):
            report.add(f"{place} {code} {row['row_key']}", "contribution", "计入数与金额不符")
        for scope in (row["department"], zone):
            sums[scope, code] = sums.get((scope, code), Fraction(0)) + part
    values = {(one["department"], one["indicator_code"]): one["value"] for one in figures}
    for one in figures:
        scope, code, value = one["department"], one["indicator_code"], one["value"]
        added = sums.get((scope, code))
        if added is not None if value is None else Fraction(value) != (added or 0):
            report.add(f"{place} {scope} {code}", f"rows: {added} / {value}", f"各行之和{added}")
        rated = [value, values.get((scope, f"{code}a"))]  # Talks may be held against it by amount.
        stated = one["completion_pct"], one["completion_pct_rounded"], one["is_past_half"]
        if all(stated != rates_of(each, one["target_value"]) for each in rated):
            report.add(place, f"{scope} {code}: the rate", f"{scope} {code}：完成率")
    return {code: sums.get((zone, code)) for scope, code in values if scope == zone}


def rates_of(value: str | None, target: str | None) -> tuple[str | None, ...]:
    """Cut off after ten places; for print, half up; past the half by the exact numbers."""
    if value is None or target is None or not Fraction(target):
        return None, None, None
    part, whole = Fraction(value), Fraction(target)
    cut = abs(part) * 100 * 10**10 // whole
    rounded = (200 * abs(part) + whole) // (2 * whole)
    sign = "-" if part < 0 else ""
    exact = f"{sign if cut else ''}{cut // 10**10}.{cut % 10**10:010}"
    return exact, f"{sign if rounded else ''}{rounded}", "true" if 2 * part >= whole else "false"


def verify(warehouse: Path, report: Report) -> None:
    entries = read_journal(warehouse / "journal" / "journal.jsonl", report)
    publications = [(one, before) for kind, one, before in entries if kind == "publication"]
    check_records(warehouse / "journal" / "published", publications, report)
    received = {one["sha256"]: one for kind, one, _ in entries if kind == "receipt"}
    check_archive(warehouse / "archive", received, report)
    known = {one["run_id"]: one for one, _ in publications}
    if any(one.get("fingerprint") for one in known.values()):
        read_sealed(warehouse / "journal" / "zone.json", report)
    current, told = (warehouse / "current").resolve().name, None
    if known and not (current == next(reversed(known)) and (warehouse / "current").exists()):
        report.add(warehouse / "current", "is not the newest publication", "不是最近一次发布")
    for folder in sorted((warehouse / "releases").glob("[!.]*")):
        publication = known.get(folder.name, {})
        if publication.get("fingerprint"):
            found = check_release(folder, publication, report)
            told = found if folder.name == current else told
        elif publication:
            report.note(f"{folder}: of an earlier version", f"{folder}：由早期版本发布，未核对")
        else:
            report.add(folder, *unknown_words(folder, next(reversed(known), "")))
    report.note(f"{len(received)} received files, {len(known)} publications",
                f"收到的文件{len(received)}个，发布{len(known)}次")  # fmt: skip
    if told:
        one, head = publications[-1]
        report.note(f"the newest publication prints: head of the chain {head}, fingerprint {one['fingerprint']}",
                    f"最近一次发布所印的台账链首{head}，数据指纹{one['fingerprint']}")  # fmt: skip
        figures = "  ".join(f"{code} {float(value or 0):g}" for code, value in told[1].items())
        report.note(f"{told[0]} from its rows: {figures}", f"{told[0]}由各行算得：{figures}")


def checked(warehouse: Path) -> Report:
    report = Report()
    try:
        verify(warehouse, report)
    except Exception as error:  # Whatever hostile bytes make of a step, it is something wrong.
        report.add(warehouse, f"can't be read: {error!r}", f"无法读取：{error!r}")
    return report


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or not (Path(arguments[0]) / "journal").is_dir():
        print(__doc__, file=sys.stderr)
        return 2
    report = checked(Path(arguments[0]))
    for line in [*report.notes, *report.wrong]:
        print("".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in line))
    whole, wrong = say("all is as it was", "全部相符"), say("not all is as it was", "有不符之处")
    print(wrong if report.wrong else whole)
    return int(bool(report.wrong))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
