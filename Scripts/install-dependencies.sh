#!/usr/bin/env bash
# Makes sure that what the build needs is there: Swift, and the headers and libraries of libcurl and zlib.
#
# Quiet and quick if nothing is missing. On Debian and its kin it installs what is missing, elsewhere it says what to install.
set -euo pipefail

packages=(libcurl4-openssl-dev zlib1g-dev)

say() { printf '%s\n' "$*" >&2; }

if ! command -v swift >/dev/null; then
  say "swift is not on the PATH. Install Swift 6.3 or newer (https://www.swift.org/install) and start again."
  exit 1
fi

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# The question that matters is whether a program can be built, whichever package or prefix the library came from.
can_build() {
  local code=$1 library=$2
  printf '%s\n' "$code" >"$scratch/probe.c"
  "$compiler" -o "$scratch/probe" "$scratch/probe.c" "-l$library" >/dev/null 2>&1
}

# The package of each library that is missing, one a line.
find_missing() {
  local package
  if [ -z "$compiler" ]; then
    for package in "${packages[@]}"; do
      [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || echo "$package"
    done
    return
  fi
  can_build '#include <curl/curl.h>
    int main(void) { return curl_version() == 0; }' curl || echo libcurl4-openssl-dev
  can_build '#include <zlib.h>
    int main(void) { return zlibVersion() == 0; }' z || echo zlib1g-dev
}

# The compiler that comes with Swift first: it is the one that will build the package.
compiler=
for candidate in "$(dirname "$(command -v swift)")/clang" clang cc gcc; do
  if command -v "$candidate" >/dev/null; then
    compiler=$candidate
    break
  fi
done

mapfile -t missing < <(find_missing)
[ "${#missing[@]}" -gt 0 ] || exit 0

if ! command -v apt-get >/dev/null; then
  say "The headers of these libraries are missing; their Debian names are: ${missing[*]}."
  say "This is not a Debian system. Install its packages for them, such as:"
  say "  dnf install libcurl-devel zlib-devel     (Fedora, openEuler)"
  say "  zypper install libcurl-devel zlib-devel  (openSUSE)"
  say "  brew install curl zlib                   (macOS)"
  exit 1
fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo >/dev/null; then
    say "Missing: ${missing[*]}. Neither root nor sudo is at hand; run as root: apt-get install ${missing[*]}"
    exit 1
  fi
  # Without a terminal nobody can type a password: fail at once instead of waiting for one.
  as_root=(sudo)
  [ -t 0 ] || as_root=(sudo -n)
fi

apt() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=120 "$@" >&2
}

say "Installing ${missing[*]} ..."
# A source that cannot be reached need not be the one that holds these packages.
apt update || say "apt-get update failed; trying with the package lists as they are."
if ! apt install -y --no-install-recommends "${missing[@]}"; then
  say "The installation failed. Run as root: apt-get update && apt-get install ${missing[*]}"
  exit 1
fi

mapfile -t missing < <(find_missing)
if [ "${#missing[@]}" -gt 0 ]; then
  say "Installed, and yet a program cannot be built with: ${missing[*]}. Does the compiler $compiler work?"
  exit 1
fi
