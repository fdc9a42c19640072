# shellcheck shell=bash
# What the commands of ops/ share: the toolchain, Debian's packages, the processor's level.
# To be sourced; moves to the root of the repository.

set -euo pipefail
called_from=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# What a bare Debian 12 lacks, and who asks for it:
packages=(
  libcurl4 libncurses6 libxml2                     # the Swift toolchain, to start
  binutils libc6-dev libgcc-12-dev libstdc++-12-dev # the Swift toolchain, to link
  libsqlite3-dev libzmq3-dev                       # Granary
)
# What builds with the room for etcd need besides, among them those of all tests.
# shellcheck disable=SC2034  # read by those who source this
etcd_packages=(libcurl4-openssl-dev)

say() { printf '%s\n' "$@"; }

fail() {
  printf '%s: %s\n' "${0#"$PWD"/}" "$*" >&2
  exit 1
}

# need OPTION VALUE...: an option that takes a value has one.
need() { [[ -n ${2-} ]] || fail "$1 needs a value; see ops/${0##*/} --help"; }

# Prints the absolute form of a path that the user gave.
absolute() {
  realpath --canonicalize-missing "$([[ $1 == /* ]] || say "$called_from/")$1"
}

# Prints the comment at the head of the script, which is its help, and ends.
show_help() {
  sed -n '2,/^$/ s/^# \{0,1\}//p' "$0"
  exit 0
}

# Installs what is missing of the packages, without questions.
install_packages() {
  local package missing=() root=()
  if ! command -v dpkg-query apt-get >/dev/null; then
    say "This is not Debian: taking for granted what Debian calls ${packages[*]}."
    return
  fi
  for package in "${packages[@]}"; do
    [[ $(dpkg-query --show --showformat='${Status}' "$package" 2>/dev/null) == *' installed' ]] ||
      missing+=("$package")
  done
  ((${#missing[@]})) || return 0

  say "Installing from Debian: ${missing[*]}"
  if ((EUID != 0)); then
    root=(sudo -n)
    sudo -n true 2>/dev/null ||
      fail "these need root, and sudo asks for a password; run: sudo apt-get install ${missing[*]}"
  fi
  local apt=("${root[@]}" env DEBIAN_FRONTEND=noninteractive DEBCONF_NOWARNINGS=yes
    apt-get -qq -o Dpkg::Use-Pty=0)
  "${apt[@]}" update </dev/null || say "The package lists could not be renewed; using the old ones."
  "${apt[@]}" install --yes --no-install-recommends "${missing[@]}" </dev/null >/dev/null ||
    fail "apt-get could not install ${missing[*]}; its message is above"
}

# Installs etcd for the tests and the scenarios of the lab that talk to one, where it can be had:
# without it they say that they are left out.
install_etcd() {
  command -v etcd >/dev/null && command -v etcdctl >/dev/null && command -v openssl >/dev/null &&
    return
  (packages=(etcd-server etcd-client openssl) && install_packages) ||
    say "Without etcd-server, etcd-client and openssl what needs an etcd is left out."
}

# Puts `swift` on the PATH. Comes after the packages, without which it does not start.
find_toolchain() {
  command -v swift >/dev/null || PATH=$PATH:/opt/swift/usr/bin
  command -v swift >/dev/null ||
    fail "no swift on the PATH nor in /opt/swift/usr/bin; swift.org/install has Swift 6.3"
  swift --version >/dev/null 2>&1 ||
    fail "$(command -v swift) does not start: $(swift --version 2>&1 | head -n 1)"
}

prepare() {
  install_packages
  find_toolchain
}

# Whether the host's processor has all of these flags.
has_flags() {
  local flag flags
  flags=" $(sed -n '/^flags/{s/.*: //p;q}' /proc/cpuinfo) "
  for flag; do [[ $flags == *" $flag "* ]] || return 1; done
}

# Prints the level of the host's processor, the highest that Granary is built for.
host_level() {
  if ! has_flags avx avx2 bmi1 bmi2 f16c fma abm movbe xsave; then
    fail "the processor is below x86-64-v3 (AVX2 and FMA, from 2013 on), which Granary needs"
  elif has_flags avx512f avx512bw avx512cd avx512dq avx512vl; then
    say x86-64-v4
  else
    say x86-64-v3
  fi
}

# Prints the full name of the level that the user asked for, or the host's where that is nothing.
level_named() {
  case $1 in
    '') host_level ;;
    v3 | x86-64-v3) say x86-64-v3 ;;
    v4 | x86-64-v4) say x86-64-v4 ;;
    *) fail "--cpu $1: there are v3 and v4" ;;
  esac
}

# Sets `level_flags`: what tells the compilers, and the program, the level that they work for.
set_level_flags() {
  local name=${1^^}
  # shellcheck disable=SC2034  # read by those who source this
  level_flags=(-Xcc "-march=$1" -Xswiftc "-DGRANARY_${name//-/_}")
}

# The seconds since an $EPOCHREALTIME, with one decimal.
seconds_since() {
  local tenths=$(((${EPOCHREALTIME//[!0-9]/} - ${1//[!0-9]/}) / 100000))
  printf '%d.%d' $((tenths / 10)) $((tenths % 10))
}
