"""What counts: versions, what is in force, held rows, statuses, decisions and explanations.

The one owner of these questions; publishing the answers is left to publish.
"""
