"""`python -m guoban` and the command `guoban`."""

from guoban.cli import main

if __name__ == "__main__":
    main()
