"""Runs a module as `python -m` does, in a process that ends with its parent: `child PARENT MODULE …`."""

import runpy
import sys

from flows.read.confined import end_with

if __name__ == "__main__":
    end_with(int(sys.argv[1]))
    sys.argv[:] = sys.argv[2:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
