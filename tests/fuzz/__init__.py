"""Damaged files through reading, recognising and typing: nothing breaks, nothing changes unsaid.

A mutant is a sound workbook with some of its bytes, parts, records, marks or cells altered
(`mutations`). It goes through the stages as a received file does (`trial`). What is then accepted
must be what stands in the mutant's cells, seen by other means than `flows.read` (`witness`), and may
differ from the sound workbook only where the cells do (`oracle`).

Mutants follow from a seed and their number alone: `python -m fuzz` prints what it takes to make one
again. A plain generator does that in batches of hundreds, as the stages are built to work; shrinking
(hypothesis) would shrink zips and not faults, and the code that parses is not Python that a fuzzer
could trace (atheris).
"""
