"""Opens the published file as a piece of code says, and asks it everything: one process, another user.

It reads `{"code", "texts"}` from its input: the code makes `con`, anew for every few texts. It writes
what each text answered; what is refused isn't listed. Started by root it is somebody else by then:
who owns the release may overwrite it, whatever DuckDB is told.
"""

import contextlib
import io
import json
import os
import sys

import duckdb

NOBODY = 65534


def main() -> None:
    asked = json.load(sys.stdin)
    texts = asked["texts"]
    if not os.geteuid():
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    answers = {}
    for few in (texts[n : n + 25] for n in range(0, len(texts), 25)):
        opened: dict[str, duckdb.DuckDBPyConnection] = {}
        with contextlib.redirect_stdout(io.StringIO()):
            exec(asked["code"], opened)  # noqa: S102 - the guide's
        with opened["con"] as con:
            for text in few:
                # What is made for the time being is gone with the cursor.
                with con.cursor() as cursor, contextlib.suppress(duckdb.Error, UnicodeError):
                    answers[text] = str(cursor.execute(text).fetchmany(100))
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
