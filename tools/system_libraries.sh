#!/bin/sh
# The system libraries that Qt, libvlc and the tests need on Debian. Installs what is missing where we may use apt; where
# we may not, says exactly what to install and stops with status 2. On other systems it only looks for what would be missed.
set -u

wanted="
libegl1 libgl1 libxkbcommon0 libxkbcommon-x11-0 libdbus-1-3 libfontconfig1 libglib2.0-0
libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render-util0 libxcb-shape0
libxcb-xinerama0 libxcb-xkb1 libpulse0 fonts-dejavu-core
libvlc5 vlc-plugin-base vlc-plugin-video-output
xvfb openssl
"
# The tests start a PostgreSQL of their own; any version's programs will do.
if ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 && ! command -v initdb >/dev/null 2>&1; then
  wanted="$wanted postgresql"
fi

command -v dpkg-query >/dev/null 2>&1 || exit 0

missing=""
for package in $wanted; do
  # A name ending in t64 stands in for the plain one since Debian 13.
  for name in "$package" "${package}t64"; do
    status=$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null) || status=""
    [ "$status" = installed ] && continue 2
  done
  missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" -ne 0 ]; then
  echo "Some system libraries are missing. Install them and call make again:" >&2
  echo "  sudo apt-get install -y --no-install-recommends$missing" >&2
  exit 2
fi
echo "Installing system libraries:$missing"
export DEBIAN_FRONTEND=noninteractive
case " $missing " in *" postgresql "*)
  # Its package would make and start a database server for the whole machine, which nobody has asked for.
  if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
    mkdir -p /etc/postgresql-common
    echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf
  fi ;;
esac
log=$(mktemp)
# shellcheck disable=SC2086
if apt-get update -qq >"$log" 2>&1 && apt-get install -y -qq --no-install-recommends -o Dpkg::Options::=--force-confold $missing >>"$log" 2>&1; then
  rm -f "$log"
  exit 0
fi
cat "$log" >&2
rm -f "$log"
echo "apt-get could not install them; mend that, then call make again." >&2
exit 2
