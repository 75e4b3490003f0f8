"""Answers to departments: a reply to each file with something to say, a receipt for each month.

Made from the working database and the archive after the figures are published; nothing here
changes a figure or a finding.
"""
