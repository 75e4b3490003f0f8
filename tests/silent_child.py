"""A child that never says that it is ready, and ends with its parent."""

import sys

if __name__ == "__main__":
    while sys.stdin.buffer.read(1):
        pass
