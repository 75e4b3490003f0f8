#!/bin/sh
# Installs from Debian what the tests of workbooks need beside Python: LibreOffice to open and print
# them, Chinese fonts and a PDF viewer to look at the pages. Tests that miss it are skipped. With
# --pictures also Chromium, by which scripts/take_pictures.py looks at Prefect's pages.
set -eu

pictures=
[ "${1:-}" = --pictures ] && pictures=chromium

if command -v soffice >/dev/null && command -v pdftoppm >/dev/null && fc-list | grep -q "CJK" &&
    { [ -z "$pictures" ] || command -v chromium >/dev/null; }; then
    echo "all there"
    exit 0
fi
apt-get update
apt-get install -y --no-install-recommends libreoffice-calc fonts-noto-cjk poppler-utils $pictures
