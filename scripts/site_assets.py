"""Makes the page's copy of Apache ECharts: `python -m scripts.site_assets` (needs npm; run by hand).

What of it the page draws with is bundled into one file, from the releases below and no others: npm
checks what it fetches, and what it fetched is held against the hashes here. axe-core, by which tests look
for what keeps people from using the page, is copied as it is.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from flows.ground.settings import PROJECT

ASSETS = PROJECT / "flows" / "export" / "site" / "assets"
FOR_TESTS = PROJECT / "tests" / "site" / "axe.min.js"
PINNED = {
    "echarts": (
        "6.1.0",
        "sha512-q0yaFPggC9FUdsWH4blavRWFmxdrIodbkoKNAjJudAI6CA9gNPxHtV2RcZNEepZVlk4yvBYkOkbk6HIVpIyHZA==",
    ),
    "zrender": (
        "6.1.0",
        "sha512-oEGMDB6pOP2S6OwRR4PdVv610zrjnA3Bh+JnSG12fYJlBKjtNAoEb5fSUoCOOINlH96I2fU38/A2UpRKs67xYQ==",
    ),
    "tslib": (
        "2.3.0",
        "sha512-N82ooyxVNm6h1riLCoyS9e3fuJ3AMG2zIZs2Gd1ATcSFjSA23Q0fzjjZeh0jbJvWVDZ0cJT8yaNNaaXHzueNjg==",
    ),
    "esbuild": (
        "0.28.2",
        "sha512-HKVLS8dvII+xoKW9kmqxbRKrnWEXfJJr/FZhhJmiqIB0e053QNYFqOBouTMO/k5sID4MvCiUCvv8b9M4h32wIA==",
    ),
    "axe-core": (
        "4.14.1",
        "sha512-FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ==",
    ),
}
# What the page draws with.
ENTRY = """
import * as core from "echarts/core";
import { LineChart } from "echarts/charts";
import { GridComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import { SVGRenderer } from "echarts/renderers";
core.use([LineChart, GridComponent, MarkLineComponent, TooltipComponent, SVGRenderer]);
window.echarts = { init: core.init };
"""
# What has to go with it wherever it goes.
LICENCES = {
    "Apache ECharts": ("echarts/LICENSE", "echarts/NOTICE"),
    "ZRender": ("zrender/LICENSE",),
    "tslib": ("tslib/LICENSE.txt",),
}


def main() -> None:
    npm = shutil.which("npm")
    if npm is None:
        sys.exit("npm is needed to make the page's assets")
    with tempfile.TemporaryDirectory(prefix="guoban-assets-") as name:
        folder = Path(name)
        modules = _fetched(npm, folder)
        (folder / "entry.js").write_text(ENTRY)
        bundle = folder / "echarts.js"
        subprocess.run(  # noqa: S603 - the bundler that was fetched
            [modules / ".bin" / "esbuild", "entry.js", "--bundle", "--minify", "--format=iife",
             "--target=es2019", "--legal-comments=none",
             '--define:process.env.NODE_ENV="production"', f"--outfile={bundle}"],
            cwd=folder, check=True,
        )  # fmt: skip
        version = PINNED["echarts"][0]
        head = f"/* Apache ECharts {version}, the parts that the page uses; licences: LICENCES.txt */\n"
        (ASSETS / "echarts.js").write_text(head + bundle.read_text("utf-8"), "utf-8")
        (ASSETS / "LICENCES.txt").write_text(_licences(modules), "utf-8")
        shutil.copyfile(modules / "axe-core" / "axe.min.js", FOR_TESTS)


def _fetched(npm: str, folder: Path) -> Path:
    """The folder with the packages, each the release that is pinned."""
    (folder / "package.json").write_text('{"private": true}')
    wanted = [f"{name}@{version}" for name, (version, _) in PINNED.items()]
    subprocess.run(  # noqa: S603 - npm, and names of our own
        [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", *wanted],
        cwd=folder, check=True,
    )  # fmt: skip
    modules = folder / "node_modules"
    lock = json.loads((modules / ".package-lock.json").read_text("utf-8"))["packages"]
    for name, (version, integrity) in PINNED.items():
        found = lock[f"node_modules/{name}"]
        if (found["version"], found["integrity"]) != (version, integrity):
            sys.exit(f"{name} {found['version']} {found['integrity']} is not what is pinned")
    return modules


def _licences(modules: Path) -> str:
    parts = []
    for name, files in LICENCES.items():
        texts = [(modules / one).read_text("utf-8").strip() for one in files]
        parts.append("\n\n".join([f"===== {name} =====", *texts]))
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    main()
