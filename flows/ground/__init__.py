"""What every room stands on: settings, the zone's file, errors, findings, writing to disk.

Nothing here knows a workbook, a database or a stage.
"""
