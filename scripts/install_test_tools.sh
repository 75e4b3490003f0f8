#!/bin/sh
# Installs from Debian what tests need beside Python: LibreOffice to open and print workbooks, Chinese
# fonts and a PDF viewer to look at the pages; PostgreSQL with its ODBC driver, which has what is
# published. Tests that miss them are skipped, those of PostgreSQL fail in CI. With --pictures also
# Chromium, by which scripts/take_pictures.py looks at Prefect's pages.
set -eu

pictures=
[ "${1:-}" = --pictures ] && pictures=chromium

has_postgres() {
    ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 &&
        grep -qs "PostgreSQL Unicode" /etc/odbcinst.ini
}

if command -v soffice >/dev/null && command -v pdftoppm >/dev/null && fc-list | grep -q "CJK" &&
    has_postgres && { [ -z "$pictures" ] || command -v chromium >/dev/null; }; then
    echo "all there"
    exit 0
fi
apt-get update
apt-get install -y --no-install-recommends libreoffice-calc fonts-noto-cjk poppler-utils \
    postgresql odbc-postgresql unixodbc $pictures
