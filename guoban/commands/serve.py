"""`serve`: refreshes by itself until it is stopped."""

from __future__ import annotations

import datetime as dt
import sys
from typing import Annotated

import typer

from flows.ground.settings import BEIJING
from flows.serve.serving import Serving
from guoban.options import Call, takes_settings
from guoban.output import console, print_json
from guoban.progress import LOG, logged_to
from guoban.words import say

PORT = typer.Option(
    "--port",
    min=1,
    max=65535,
    help="Port of Prefect's pages on this machine [GUOBAN_PORT]; 4200, or any that is free.",
)


@takes_settings
def serve(call: Call, port: Annotated[int | None, PORT] = None) -> None:
    settings = call.settings
    if port is not None:
        settings = settings.model_copy(update={"port": port})

    def tell(english: str, chinese: str) -> None:
        words = say(english, chinese)
        if call.is_json:
            print_json({"at": dt.datetime.now(BEIJING), "event": words})
            sys.stdout.flush()
        elif sys.stderr.isatty():
            console(to_stderr=True).print(f"{dt.datetime.now(BEIJING):%m-%d %H:%M:%S}  {words}")
        # Opened for each line: the children write to the same file, and turn it over.
        with logged_to(call.warehouse.logs):
            LOG.info("serve: %s", words)

    Serving(settings, call.zone, "guoban.work", tell).forever()
