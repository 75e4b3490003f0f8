"""The command line: reads settings, calls the stages, prints for people or for machines."""
