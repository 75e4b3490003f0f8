"""The process of serve's server: `python -m flows.serve.pages SOCKET`, Prefect's API and pages on it."""

import gc
import socket
import sys

from flows.server import FAILED_INSIDE


def main() -> int:
    """Serves on the socket handed over until it is told to end; the exit status."""
    gc.disable()
    import uvicorn  # noqa: PLC0415 - takes seconds, with what it serves; serve may end before

    config = uvicorn.Config(
        "prefect.server.api.server:create_app",
        factory=True,
        lifespan="on",
        log_level="error",
        # Pages that stand open in a browser keep connections.
        timeout_graceful_shutdown=1,
    )
    config.load()
    gc.freeze()
    gc.enable()
    server = uvicorn.Server(config)
    with socket.socket(fileno=int(sys.argv[1])) as listening:
        server.run(sockets=[listening])
    return 0 if server.started else FAILED_INSIDE


if __name__ == "__main__":
    sys.exit(main())
