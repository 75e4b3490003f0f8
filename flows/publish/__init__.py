"""What is settled, put on record and made public: the record, its causes, the release.

Nothing is seen that is not on record.
"""
