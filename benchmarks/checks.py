"""The rules across files by themselves, asked of everything that a warehouse has; nothing is kept.

`python -m benchmarks.checks`, by the interpreter that guoban is installed for and with its settings
in the environment, prints the seconds of all checks, the tables made for them included.
"""

from __future__ import annotations

import contextlib
import json
import time

from flows.ground.settings import Settings
from flows.ground.zone import load_zone
from flows.store.warehouse import Warehouse, use_all_cores
from flows.validate.across import check_across


def main() -> None:
    settings = Settings()
    warehouse = Warehouse(settings.warehouse, settings.database_memory_mib)
    with contextlib.closing(warehouse.open_copy()) as con:
        # As a refresh that asks everything does.
        use_all_cores(con)
        started = time.perf_counter()
        check_across(con, load_zone(settings.zone))
        print(json.dumps({"seconds": {"checks": round(time.perf_counter() - started, 3)}}))


if __name__ == "__main__":
    main()
