"""The process of serve's server: `python -m flows.serve.pages SOCKET`, Prefect's API and pages on it."""

import socket
import sys

from flows.server import FAILED_INSIDE, loaded

# Pages that stand open in a browser keep connections.
_END_SECONDS = 1


def main() -> int:
    """Serves on the socket handed over until it is told to end; the exit status."""
    config = loaded(_END_SECONDS)
    import uvicorn  # noqa: PLC0415 - imported with what it serves; serve may end before

    server = uvicorn.Server(config)
    with socket.socket(fileno=int(sys.argv[1])) as listening:
        server.run(sockets=[listening])
    return 0 if server.started else FAILED_INSIDE


if __name__ == "__main__":
    sys.exit(main())
