#!/bin/sh
# Installs the Debian or Ubuntu packages that are missing: docker/install.sh run | test | image
#   run    PostgreSQL with PostGIS (unless DATABASE_URL names a server), Python with venv, Node.js with npm
#   test   the same, and Chromium with Chinese fonts
#   image  what the container needs to be built: Node.js with npm
# Installs nothing and asks for no rights when nothing is missing. Exit code 2: says what to install by hand.
set -eu
cd "$(dirname "$0")/.."
what=${1:?run, test or image}

has() { command -v "$1" >/dev/null 2>&1; }

has_postgis() {
    for control in /usr/share/postgresql/*/extension/postgis.control; do
        major=$(echo "$control" | cut -d/ -f5)
        [ -e "$control" ] && [ "$major" -ge 15 ] && [ -x "/usr/lib/postgresql/$major/bin/initdb" ] && return 0
    done
    has initdb && has pg_config && [ -e "$(pg_config --sharedir)/extension/postgis.control" ]
}

has_node() { has node && has npm && node -e 'process.exit(Number(parseInt(process.versions.node) < 18))'; }

has_browser_libraries() {
    [ -e "node_modules/.have-$(sha256sum package-lock.json | cut -c1-16)" ]
}

has_chromium() { has "${GRIDCOMMAND_CHROMIUM:-chromium}"; }

has_chinese_font() { ls /usr/share/fonts/opentype/noto/NotoSansCJK* >/dev/null 2>&1; }

postgres_packages() {
    # PostGIS for the version that is installed already, or both as this system offers them
    for folder in /usr/lib/postgresql/*/bin; do
        major=$(echo "$folder" | cut -d/ -f5)
        [ -x "$folder/initdb" ] && [ "$major" -ge 15 ] && installed=$major
    done
    if [ -n "${installed:-}" ]; then echo "postgresql-$installed-postgis-3"; else echo "postgresql postgresql-postgis"; fi
}

missing() {
    case $what in
    image) has_node || echo nodejs npm ;;
    run)
        [ -n "${DATABASE_URL:-}" ] || has_postgis || postgres_packages
        docker/python.sh >/dev/null || echo python3 python3-venv
        has_browser_libraries || has_node || echo nodejs npm
        ;;
    test)
        has_postgis || postgres_packages
        docker/python.sh >/dev/null || echo python3 python3-venv
        has_node || echo nodejs npm
        has_chromium || echo chromium
        has_chinese_font || echo fonts-noto-cjk
        ;;
    esac
}

packages=$(missing | tr '\n' ' ' | sed 's/ $//')
[ -z "$packages" ] && exit 0

by_hand() {
    cat >&2 <<TEXT
$1
缺少下列软件包,请安装后重试:
    $packages
Debian 12、Ubuntu 24.04 上执行:
    sudo apt-get update && sudo apt-get install --no-install-recommends $packages
已有 PostGIS 服务器时,可设置 DATABASE_URL 使用它。
$2
These packages are missing; install them and try again:
    $packages
On Debian 12 or Ubuntu 24.04:
    sudo apt-get update && sudo apt-get install --no-install-recommends $packages
On another system: PostgreSQL 15+ with PostGIS 3.3+ (initdb and pg_config on the PATH), Python 3.11+ with venv,
Node.js 18+ with npm; for the tests Chromium and a Chinese font. With a PostGIS server, set DATABASE_URL to use it.
TEXT
    exit 2
}

has apt-get || by_hand "本系统没有 apt-get,不能自动安装。" "There is no apt-get on this system; nothing can be installed for you."
as_root=""
if [ "$(id -u)" != 0 ]; then
    has sudo || by_hand "当前账号不是 root,也没有 sudo。" "The account is not root and there is no sudo."
    if [ ! -t 0 ] && ! sudo -n true 2>/dev/null; then
        by_hand "sudo 需要密码,但这里不能输入。" "sudo asks for a password, which cannot be typed here."
    fi
    as_root="sudo"
fi

apt() {
    $as_root env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 apt-get -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 "$@"
}

# The package would start a server of its own on port 5432; the private cluster under var is all that is needed.
no_cluster=/etc/postgresql-common/createcluster.d/gridcommand.conf
case $packages in
*postgresql*)
    $as_root mkdir -p "$(dirname $no_cluster)"
    echo "create_main_cluster = false" | $as_root tee $no_cluster >/dev/null
    trap '$as_root rm -f $no_cluster' EXIT
    ;;
esac

echo "正在安装系统软件包 / Installing system packages: $packages" >&2
apt update -q || echo "apt-get update 未完全成功,继续尝试 / apt-get update had faults, going on" >&2
# shellcheck disable=SC2086  # a list of packages
apt install -q -y --no-install-recommends $packages ||
    by_hand "系统软件包安装失败(原因见上)。" "The packages could not be installed (the reason is above)."

packages=$(missing | tr '\n' ' ' | sed 's/ $//')
[ -z "$packages" ] ||
    by_hand "本系统提供的软件包版本过旧,仍缺少下列部分。" "What this system offers is too old; this is still missing."
