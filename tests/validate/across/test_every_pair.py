"""C307 looks at pairs of one investor alone; it finds what a look at every pair would."""

import datetime as dt
import itertools
import random
from decimal import Decimal
from typing import Any

import pytest
from bench import Bench
from house import WAN, YI
from rapidfuzz import fuzz

DEPARTMENTS = ("招商局", "经济发展局", "项目服务中心")
MONTHS = ("2021-01", "2021-02")
INVESTORS = ("甲公司", "甲 公司", "Ａ公司", "a公司", "乙公司", None)
NAMES = (
    "合成新材料一期项目",
    "合成新材料二期项目",
    "合成新材料1期项目",
    "物流园",
    "物流园区",
    None,
)


def random_rows(chance: random.Random, number: int) -> list[dict[str, Any]]:
    return [
        {
            "project_id": f"GCKF-2021-{number * 100 + place:04d}",
            "project_name": chance.choice(NAMES),
            "investor": chance.choice(INVESTORS),
            "contract_amount_cny": chance.choice((YI, YI + 400 * WAN, 2 * YI, None)),
            "signed_on": f"2021-0{chance.randint(1, 3)}-1{chance.randint(0, 1)}",
        }
        for place in range(8)
    ]


def expected(rows: list[dict[str, Any]]) -> set[tuple[str, str, str]]:
    """The severity and both numbers of each suspected pair of a month."""
    found = set()
    for a, b in itertools.combinations(rows, 2):
        firms = [str(one["investor"]).replace(" ", "").replace("Ａ", "A").upper() for one in (a, b)]
        if firms[0] != firms[1] or a["investor"] is None:
            continue
        amounts = [one["contract_amount_cny"] for one in (a, b)]
        days = [dt.date.fromisoformat(one["signed_on"]) for one in (a, b)]
        names = [one["project_name"] for one in (a, b)]
        first, second = sorted((a["project_id"], b["project_id"]))
        if None not in amounts and amounts[0] == amounts[1] and days[0] == days[1]:
            found.add(("error", first, second))
        elif None not in names and round(Decimal(fuzz.ratio(*names)), 6) >= 85:
            is_near = None not in amounts and abs(amounts[0] - amounts[1]) * 20 <= max(amounts)
            if is_near or abs((days[0] - days[1]).days) <= 31:
                found.add(("warning", first, second))
    return found


@pytest.mark.parametrize("seed", range(6))
def test_the_same_pairs_as_by_every_pair(bench: Bench, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    filed: dict[str, list[dict[str, Any]]] = {month: [] for month in MONTHS}
    for number, department in enumerate(DEPARTMENTS):
        rows = random_rows(chance, number)
        for month in MONTHS:
            bench.file("signed_projects", department, month, *rows)
            filed[month] += rows
    told: dict[str, set[tuple[str, str, str]]] = {month: set() for month in MONTHS}
    for one in bench.of("C307"):
        assert one.value is not None and one.other_row_key is not None and one.month is not None
        first, second = sorted((one.value, one.other_row_key))
        told[one.month].add((one.severity, first, second))
    assert told == {month: expected(rows) for month, rows in filed.items()}
    assert told[MONTHS[0]]
