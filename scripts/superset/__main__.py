"""`python -m scripts.superset`: writes the dashboard's files into deploy/superset anew (`make docs`).

With `--zip FILE --database FILE` it packs them for an import into any Superset instead, over the
published database in that place.
"""

from __future__ import annotations

import argparse
import contextlib
import tempfile
from pathlib import Path

from flows.ground.settings import PROJECT
from flows.ground.zone import Zone, load_zone
from flows.settle import declared
from flows.store import views
from flows.store.warehouse import Warehouse
from scripts.superset import assets


def written(zone: Zone) -> dict[str, str]:
    """The dashboard's files by their paths, of the relations as they are declared now."""
    with tempfile.TemporaryDirectory() as folder:
        warehouse = Warehouse(Path(folder))
        warehouse.working_database.parent.mkdir()
        with contextlib.closing(warehouse.open()) as con:
            declared.store(con, zone)
            views.build(con)
            return assets.files(con, zone)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--zip", type=Path, help="the archive to write")
    parser.add_argument("--database", type=Path, default=assets.PLACE, help="as Superset sees it")
    parser.add_argument("--zone", type=Path, default=PROJECT / "zone.toml")
    options = parser.parse_args()
    files = written(load_zone(options.zone))
    if options.zip:
        options.zip.write_bytes(assets.zipped(assets.at(files, options.database)))
        return
    for path in assets.FOLDER.rglob("*.yaml"):
        path.unlink()
    for name, text in files.items():
        path = assets.FOLDER / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
