"""Questions about what is published, and the acts that change it: trace, verify, lock, withdraw.

Each is one function for one command.
"""
