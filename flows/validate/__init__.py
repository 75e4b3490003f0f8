"""Frames in, findings out: inside a file by pandera and the envelope, across files by SQL.

Which version counts, and what follows from a finding, is for settle.
"""
