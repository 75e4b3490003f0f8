"""What is published of a month, put together for whoever tells it: board, findings, what is to be done.

All of it is read from a release; figures, rates and ranks are those of `mart`. How it is worded and
laid out is left to the command line, the page and the bulletin.
"""
