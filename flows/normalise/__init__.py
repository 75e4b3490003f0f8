"""Tables in, typed frames out: every cell read as what its column is declared to be.

Syntax alone; whether a value is allowed or consistent is for validate.
"""
