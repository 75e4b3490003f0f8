"""The month's page (`site/index.html`): what the head of the zone looks at, from disk, without a network.

`gathering` reads from a release what the page of the newest month (`month_page`) tells, `script_data` is the
same for its script, `details` puts the rows behind figures into a file a month, read when a figure is
opened; `page` writes them with the templates. Figures are taken from the release as they stand there.
"""

from __future__ import annotations

from flows.export.site.page import put

__all__ = ["put"]
