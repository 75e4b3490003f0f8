"""月通报 and 周调度: what the office sends round, from a release, as .docx, .xlsx and HTML.

`monthly` and `weekly` read a release and say what is told, once, as a `document`; `word_file`,
`workbook` and `webpage` only lay it out. Nothing is computed here that is published or on the month's
board; made on demand, it costs a refresh nothing.
"""
