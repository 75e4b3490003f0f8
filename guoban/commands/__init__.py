"""The commands, grouped by what they are about; each is thin over the stages or the views."""
