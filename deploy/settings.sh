# Sourced by scripts that need to know what the server of this working folder is set to.

# A file of NAME=value lines that the server gets its environment from, such as systemd's EnvironmentFile; empty for none.
settings_file=""

use_settings() { # FILE
  [ -r "$1" ] || { echo "$1 cannot be read." >&2; return 1; }
  settings_file=$1
}

# setting NAME: its value as the server itself reads it, the real environment before .env; nothing when it is not set.
setting() {
  if [ -n "$settings_file" ] && grep -q "^$1=" "$settings_file"; then setting_in "$settings_file" "$1"
  elif [ -n "${!1+set}" ]; then echo "${!1}"
  elif [ -f .env ]; then setting_in .env "$1"
  fi
}

setting_in() { # FILE NAME
  sed -n "s/^$2=//p" "$1" | tail -n 1 | tr -d '\r' | sed -E "s/[[:space:]]+\$//; s/^'(.*)'\$/\1/; s/^\"(.*)\"\$/\1/"
}

# The storage folder, and the database as the address that DATABASE_URL has.
storage_folder() { local folder; folder=$(setting VIDEO_STORAGE_DIR); echo "${folder:-data/videos}"; }
database_address() { local address; address=$(setting DATABASE_URL); echo "${address:-sqlite:///data/vigint.db}"; }

# sqlite_file ADDRESS: its file; fails when it is another database's.
sqlite_file() {
  case "$1" in
    sqlite:///?*) unescaped "${1#sqlite:///}" ;;
    *) return 1 ;;
  esac
}

# use_postgres ADDRESS: has PostgreSQL's programs find the database. By their environment, for everybody sees the arguments of a program.
use_postgres() {
  local whole='^postgres(ql)?://(([^:@/]*)(:([^@/]*))?@)?(\[[^]]*\]|[^:/?]*)(:([0-9]+))?/([^?]+)(\?(.*))?$' pair
  [[ $1 =~ $whole ]] || { echo "DATABASE_URL is none that these scripts can read." >&2; return 1; }
  local user=${BASH_REMATCH[3]} password=${BASH_REMATCH[5]} host=${BASH_REMATCH[6]} port=${BASH_REMATCH[8]} name=${BASH_REMATCH[9]} query=${BASH_REMATCH[11]}
  host=${host#[}
  export PGUSER PGPASSWORD PGHOST PGPORT PGDATABASE
  PGUSER=$(unescaped "$user") PGPASSWORD=$(unescaped "$password") PGHOST=$(unescaped "${host%]}") PGPORT=${port:-5432} PGDATABASE=$(unescaped "$name")
  for pair in ${query//&/ }; do
    case "$pair" in
      sslmode=*) PGSSLMODE=$(unescaped "${pair#*=}"); export PGSSLMODE ;;
      sslrootcert=*) PGSSLROOTCERT=$(unescaped "${pair#*=}"); export PGSSLROOTCERT ;;
      host=*) PGHOST=$(unescaped "${pair#*=}") ;;
    esac
  done
}

# unescaped TEXT: with %40 as @ and so on.
unescaped() { local text=${1//\\/\\\\}; printf '%b\n' "${text//%/\\x}"; }

# What the server has for itself in the storage folder, what restore.sh leaves there, and what a file system has.
not_kept=(--exclude=/.incoming --exclude=/.work --exclude=/.restoring --exclude='/.before-restore-*' --exclude=/lost+found)

videos_in() { find "$1" -maxdepth 1 -name 'video_*.mp4' | wc -l; }
