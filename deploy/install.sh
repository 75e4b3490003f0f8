#!/bin/sh
# Sets guoban up from this kit, on a machine without a network:
#
#     sh install.sh [--no-prefect] [FOLDER]
#
# FOLDER (by default `guoban` beside the kit) is made, or renewed where guoban is installed in it:
# zone.toml and data/ stay as they are then. Nothing outside FOLDER is touched. --no-prefect leaves
# out Prefect, which keeps the record of runs; GUOBAN_ORCHESTRATOR is then none.
# PYTHON=/path/to/python chooses the Python.
set -eu
umask 022
# With CDPATH `cd` may go to another folder of that name.
unset PYTHONPATH PYTHONHOME CDPATH
# A command that lists a folder of Chinese names does it in UTF-8.
export PYTHONUTF8=1

case "${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}" in zh*) is_chinese=1 ;; *) is_chinese= ;; esac

# say ENGLISH CHINESE
say() {
    if [ "$is_chinese" ]; then printf '%s\n' "$2"; else printf '%s\n' "$1"; fi
}

fail() {
    say "install.sh: $1" "install.sh：$2" >&2
    exit 1
}

kit=$(cd "$(dirname "$0")" && pwd)
list=requirements.txt
folder=
for word in "$@"; do
    case "$word" in
    --no-prefect) list=requirements-no-prefect.txt ;;
    -*)
        say "usage: sh install.sh [--no-prefect] [FOLDER]" "用法：sh install.sh [--no-prefect] [文件夹]" >&2
        exit 2
        ;;
    *)
        [ -z "$folder" ] || fail "one folder, please; here are $folder and $word" \
            "只能指定一个文件夹，现有$folder和$word"
        folder=$word
        ;;
    esac
done
folder=${folder:-$(dirname "$kit")/guoban}

# --- what the kit is for --------------------------------------------------------------------------

wanted() { sed -n "s/^$1=//p" "$kit/KIT"; }
[ -f "$kit/KIT" ] || fail "the kit is not complete: KIT is missing; unpack it again" \
    "安装包不完整：缺少KIT，请重新解压"
python_version=$(wanted python) machine=$(wanted machine) glibc=$(wanted glibc) mib=$(wanted mib)

python= seen=
for one in "${PYTHON:-}" "python$python_version" python3 python; do
    [ "$one" ] || continue
    found=$("$one" -c 'import platform, sys
print("%d.%d" % sys.version_info[:2], platform.machine())' 2>/dev/null) || continue
    if [ "$found" = "$python_version $machine" ]; then
        python=$one
        break
    fi
    seen="$seen $one: $found;"
done
[ "$python" ] || fail "this kit is for Python $python_version on $machine; here is${seen:- no Python}
install Python $python_version (or name it: PYTHON=/path/to/python sh install.sh), or make the kit
(make kit) on a machine with the same system and Python as this one" \
    "本安装包适用于Python $python_version（$machine），本机为：${seen:-没有Python}
请安装Python $python_version（或用PYTHON=/路径/python指定），或在系统和Python版本与本机相同的机器上重新制作安装包（make kit）"

"$python" - "$glibc" <<'PY' || fail "this kit needs glibc $glibc or newer; this system's is older (or it has none).
Make the kit (make kit) on a machine with the same system as this one" \
    "本安装包需要glibc $glibc以上版本，本机版本较低（或不是glibc系统）。请在系统与本机相同的机器上重新制作安装包（make kit）"
import platform, sys
name, version = platform.libc_ver()
def number(text):
    return [int(part) for part in text.split(".")]
sys.exit(0 if name == "glibc" and number(version) >= number(sys.argv[1]) else 1)
PY

"$python" -c 'import venv' 2>/dev/null || fail \
    "this Python has no module venv; install it (Debian: the package python3-venv)" \
    "本机Python缺少venv模块，请先安装（Debian系为python3-venv）"

say "checking the kit ..." "正在核对安装包……"
(cd "$kit" && sha256sum -c SHA256SUMS >/dev/null) || fail \
    "the kit is damaged; copy or unpack it again" "安装包已损坏，请重新复制或解压"

# --- the folder -----------------------------------------------------------------------------------

mkdir -p "$folder" 2>/dev/null && [ -w "$folder" ] || fail \
    "can't write to $folder; name another folder, or become a user who may" \
    "无法写入$folder，请指定别的文件夹，或换用有权限的用户"
folder=$(cd "$folder" && pwd)
# The files of the program that an earlier kit put here: nothing else is ever removed.
installed=$folder/.kit-files
if [ ! -f "$installed" ] && [ "$(ls -A "$folder")" ]; then
    fail "$folder is not empty and no kit was installed in it; name another folder" \
        "$folder不是空文件夹，也不是由安装包安装的，请指定别的文件夹"
fi
"$python" - "$folder" "$mib" <<'PY' || fail "$folder needs $mib MiB of free space" "$folder需要${mib}MiB可用空间"
import shutil, sys
sys.exit(shutil.disk_usage(sys.argv[1]).free < int(sys.argv[2]) << 20)
PY

# --- Python packages ------------------------------------------------------------------------------

# What was installed before stays until the new one is whole.
venv=$folder/.venv
if [ -d "$venv.before" ]; then
    # One that was killed half-way.
    rm -rf "$venv"
elif [ -d "$venv" ]; then
    mv "$venv" "$venv.before"
fi
undo() {
    rm -rf "$venv"
    [ ! -d "$venv.before" ] || mv "$venv.before" "$venv"
}
trap undo EXIT
trap 'exit 130' INT TERM HUP

pip() {
    "$venv/bin/python" -m pip --isolated --disable-pip-version-check --no-cache-dir --no-input "$@"
}
install() { pip install --quiet --no-index --find-links "$kit/wheels" --no-deps "$@"; }

say "installing into $folder (a minute or two) ..." "正在安装到$folder（一两分钟）……"
# Without the pip that comes with Python: some systems leave it out.
"$python" -m venv --without-pip "$venv"
for one in "$kit"/pip-*.whl; do
    "$venv/bin/python" "$one/pip" --isolated install --quiet --no-cache-dir --no-index \
        --disable-pip-version-check --no-deps "$one"
done
install --require-hashes -r "$kit/guoban/$list"

# --- the program ----------------------------------------------------------------------------------

"$python" - "$kit/guoban" "$folder" <<'PY'
"""Puts the program's files in place; what an earlier kit had and this one has not is removed."""
import pathlib, shutil, sys
source, folder = map(pathlib.Path, sys.argv[1:])
listed = folder / ".kit-files"
before = set(listed.read_text("utf-8").splitlines()) if listed.exists() else set()
files = sorted(
    path.relative_to(source).as_posix() for path in source.rglob("*") if path.is_file()
)
def is_kept(name):
    """What the zone has made its own: it is put there once."""
    return name == "zone.toml" or name.startswith("data/")
# Listed before it is there, so that one that was interrupted is known for what it is.
listed.write_text("\n".join(sorted(before | set(files))) + "\n", "utf-8")
for name in before - set(files):
    if not is_kept(name):
        (folder / name).unlink(missing_ok=True)
for name in files:
    if is_kept(name) and (name in before or (folder / name).exists()):
        continue
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source / name, folder / name)
    shutil.copymode(source / name, folder / name)
listed.write_text("\n".join(files) + "\n", "utf-8")
PY
# Linked, not copied, as `make` does it: guoban runs from this folder.
install --no-build-isolation --config-settings editable_mode=compat --editable "$folder"
"$venv/bin/guoban" --help >/dev/null

trap - EXIT
rm -rf "$venv.before"
# By which `make` knows that there is nothing to install.
if [ "$list" = requirements.txt ] && command -v cksum >/dev/null; then
    : >"$venv/.runs-$(cd "$folder" && cat requirements.txt pyproject.toml | cksum | cut -d' ' -f1)"
fi

say "guoban is set up in $folder. Next:
    cd $folder
    .venv/bin/guoban refresh                      # reads data/raw (sample months), publishes
    .venv/bin/guoban headline --month 2021-05
For a zone of your own: docs/offline.md and README.md" "guoban已安装到$folder。下一步：
    cd $folder
    .venv/bin/guoban refresh                      # 读取data/raw（示例月份）并发布
    .venv/bin/guoban headline --month 2021-05
换成自己的开发区：见docs/offline.md和README.zh.md"
