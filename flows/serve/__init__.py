"""`guoban serve`: refreshes by itself, on a schedule and when files arrive, until it is stopped.

A process that watches the folder and the clock (`serving`), Prefect's server beside it, and a child
for every run, one at a time: what dies in a run takes nothing with it, and nothing outlives serve.
"""
