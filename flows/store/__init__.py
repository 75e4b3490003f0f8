"""What is kept: archive, journal, and the working database with the views over it.

Archive and journal are the truth; the database can be thrown away and made anew from them.
"""
