"""Writes the bulletins' own .docx templates anew, from which a zone's own may start."""

from __future__ import annotations

from flows.bulletin import template
from flows.bulletin.kinds import Kind


def main() -> None:
    for kind in Kind:
        template.own(kind).save(str(template.OWN / f"{kind}.docx"))


if __name__ == "__main__":
    main()
