# Sourced by run.sh and test.sh: installs on Debian and Ubuntu what a script needs and does not find.

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else echo "'$*' needs root and there is no sudo; run it yourself first." >&2; return 1
  fi
}

# need PROGRAM [PACKAGE]: installs the package (of the same name) unless the program is there.
need() {
  local program=$1 package=${2:-$1}
  command -v "$program" >/dev/null && return 0
  echo "Installing $package …"
  if ! command -v apt-get >/dev/null; then
    echo "$program is missing and this is no Debian or Ubuntu; install $package first." >&2
    return 1
  fi
  need_package_list
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$package" >/dev/null || {
    echo "$package could not be installed; install it first (apt-get install $package)." >&2
    return 1
  }
}

# For ALERT_TIME_ZONE; a package without a program.
need_time_zones() {
  [ -e "${TZDIR:-/usr/share/zoneinfo}/Europe/Paris" ] || need "a list of time zones" tzdata
}

# PostgreSQL's programs; the tests make clusters of their own.
need_postgres() {
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null && return 0
  need initdb postgresql
}

# Microsoft's script installs no ICU. The SDK does without it when it is told so, each time that it is started.
use_own_sdk() {
  [ ! -x "$HOME/.dotnet/dotnet" ] || export PATH="$HOME/.dotnet:$PATH" DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
}

# The .NET SDK: the distribution's package where it has one (Ubuntu), else Microsoft's own script, into ~/.dotnet.
need_dotnet() {
  export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
  use_own_sdk
  if command -v dotnet >/dev/null && dotnet --list-sdks | grep -q '^10\.'; then return 0; fi
  need curl
  need_package_list
  if apt-cache policy dotnet-sdk-10.0 2>/dev/null | grep -q 'Candidate: [0-9]'; then
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq dotnet-sdk-10.0 >/dev/null
    return 0
  fi
  echo "Installing the .NET SDK into ~/.dotnet …"
  local script
  script=$(mktemp)
  if ! curl -fsSL https://dot.net/v1/dotnet-install.sh -o "$script" || ! bash "$script" --channel 10.0 --install-dir "$HOME/.dotnet" >/dev/null; then
    rm -f "$script"
    echo "The .NET 10 SDK could not be installed; install it first (https://dot.net/download)." >&2
    return 1
  fi
  rm -f "$script"
  use_own_sdk
}

need_package_list() {
  command -v apt-get >/dev/null || return 0
  if [ -z "${apt_updated:-}" ]; then
    as_root apt-get update -qq
    apt_updated=yes
  fi
}
