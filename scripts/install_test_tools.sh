#!/bin/sh
# Installs from Debian what tests need beside Python: LibreOffice to open and print workbooks and bulletins, Chromium
# to open the page, Chinese fonts and a PDF viewer to look at both; PostgreSQL with its ODBC driver,
# which has what is published; jemalloc, with which refreshes within tests take less. Tests that miss
# LibreOffice or Chromium are skipped, those of PostgreSQL fail in CI. scripts/take_pictures.py needs Chromium, too.
set -eu

has_postgres() {
    ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 &&
        grep -qs "PostgreSQL Unicode" /etc/odbcinst.ini
}

if command -v soffice >/dev/null && command -v pdftoppm >/dev/null && fc-list | grep -q "CJK" &&
    [ -e /usr/lib/libreoffice/share/registry/writer.xcd ] && command -v chromium >/dev/null &&
    has_postgres && ls /usr/lib/*/libjemalloc.so.2 >/dev/null 2>&1; then
    echo "all there"
    exit 0
fi
apt-get update
apt-get install -y --no-install-recommends libreoffice-calc libreoffice-writer fonts-noto-cjk poppler-utils \
    chromium postgresql odbc-postgresql unixodbc libjemalloc2
