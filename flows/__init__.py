"""The way of the data: one room (package or module) a stage, each importing only those before it.

`ORDER` is that way, told once: the structure test holds every module to it.
"""

ORDER = (
    "values",
    "ground",
    "store",
    "receive",
    "read",
    "recognise",
    "normalise",
    "validate",
    "settle",
    "publish",
    "month",
    "answer",
    "postgres",
    "export",
    "files",
    "rehearsal",
    "judging",
    "supposed",
    "check",
    "pipeline",
    "ask",
    "once",
    "announcement",
    "server",
    "embedded",
    "early",
    "refresh",
    "recorded",
    "notify",
    "doctor",
    "begin",
    "serve",
)
