"""What a cell's text means: numbers, dates, months, units. Pure functions, no frames, no findings."""
