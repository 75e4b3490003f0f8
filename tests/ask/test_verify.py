"""`verify` compares all that a release has with what archive and journal give."""

import shutil

import duckdb
import pytest
from drop import Drop
from past import house_of
from seldom import nightly

from flows.ask.verify import verify
from flows.publish.current import newest_file

pytestmark = pytest.mark.slow


@pytest.fixture
def published(drop: Drop) -> Drop:
    drop.put("签约.xlsx", "signed_projects", "招商局", "2021-01", [{}])
    drop.refresh()
    return drop


def change(drop: Drop, statement: str) -> None:
    """Does to the release what nobody should."""
    path = newest_file(house_of(drop).folder)
    changed = path.with_name("changed.duckdb")
    shutil.copyfile(path, changed)
    with duckdb.connect(str(changed)) as con:
        con.execute(statement)
    path.unlink()
    changed.rename(path)


def test_what_was_published_is_the_same(published: Drop) -> None:
    assert verify(published.settings, published.zone).differences == []


@pytest.mark.parametrize(
    ("statement", "relation"),
    [
        nightly("drop macro table mart.headline_as_of", 'mart."headline_as_of"'),
        nightly("drop table mart.campaign", 'mart."campaign"'),
        nightly("create table mart.more as select 1 as n", 'mart."more"'),
        ("delete from mart.headline_rows", 'mart."headline_rows"'),
    ],
)
def test_what_a_release_lacks_or_has_too_much_is_named(
    published: Drop, statement: str, relation: str
) -> None:
    change(published, statement)
    found = verify(published.settings, published.zone).differences
    assert [one.relation for one in found] == [relation]
