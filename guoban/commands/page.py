"""`page`: where the month's page lies, which people open in a browser."""

from __future__ import annotations

import webbrowser
from typing import Annotated

import typer

from flows.publish.current import newest_file
from guoban.asked import nothing
from guoban.options import Call, takes_settings
from guoban.output import console, print_json
from guoban.words import say

Open = Annotated[bool, typer.Option("--open", help="Open it in the browser, too.")]


@takes_settings
def page(call: Call, opens: Open = False) -> None:
    release = newest_file(call.warehouse.folder).parent
    # By the link, which leads to the newest page whenever it is asked for.
    path = call.warehouse.folder / "current" / "site" / "index.html"
    if not path.is_file():
        nothing(
            f"the release {release.name} has no page; guoban refresh says why in its log",
            f"发布{release.name}中没有页面，原因见guoban refresh的日志",
        )
    if call.is_json:
        print_json({"file": str(path.absolute()), "release": release.name})
    else:
        console().print(str(path.absolute()))
    if opens and not webbrowser.open(path.absolute().as_uri()):
        console(to_stderr=True).print(
            say("there is no browser to open it in", "没有可以打开页面的浏览器")
        )
