"""The drop folder: what lies in it, what of it is new, and its bytes into archive and journal.

What is inside a file is for the rooms after this one.
"""
