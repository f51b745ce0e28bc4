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

# require PROGRAM [PACKAGE]: ends the script, before it has done anything, when a program is missing that it needs.
require() {
  command -v "$1" >/dev/null && return 0
  echo "$1 is missing: install the package ${2:-$1} first (apt-get install ${2:-$1}). Nothing was done." >&2
  exit 1
}

require_postgres() {
  local program
  for program in psql pg_dump pg_restore; do require "$program" postgresql-client; done
}

# What version 0.2 made. Newer ones note in schema_tables which tables are theirs.
first_tables='schema_migrations videos used_links clients api_keys usage_calls usage_days audit_events renditions model_uses alerts alert_turns
alert_deliveries alert_attempts idempotency_keys alert_channels expected_clips'

ask() { psql --no-psqlrc --quiet --no-align --tuples-only --set=ON_ERROR_STOP=1 --command="$1"; }

# own_tables: Vigint's tables in the PostgreSQL database, and no other program's; nothing where no Vigint has started.
own_tables() {
  local noted='' ours
  ours=$(ask "select count(*) from information_schema.columns
               where table_schema = current_schema() and table_name = 'schema_migrations' and column_name = 'applied_at_ms'") || return 1
  [ "$ours" = 1 ] || return 0
  ours=$(ask "select count(*) from pg_tables where schemaname = current_schema() and tablename = 'schema_tables'") || return 1
  [ "$ours" = 0 ] || noted=" or tablename in (select name from schema_tables)"
  ask "select tablename from pg_tables
        where schemaname = current_schema() and (tablename = any(regexp_split_to_array('$first_tables', '\\s+'))$noted) order by tablename"
}

# dump_tables FILE TABLE...
dump_tables() {
  local to=$1 schema table chosen=()
  shift
  schema=$(ask 'select current_schema()') || return 1
  for table in "$@"; do chosen+=(--table="\"$schema\".\"$table\""); done
  pg_dump --format=custom --no-owner --no-privileges "${chosen[@]}" --file="$to"
}

# own_entries DUMP: the entries of its list that are Vigint's, for a dump may be of a whole database.
own_entries() {
  local noted
  noted=$(pg_restore --data-only --table=schema_tables --file=- "$1" | sed -n '/^COPY /,/^\\\.$/p' | grep -Ev '^(COPY |\\\.)' || true)
  pg_restore --list "$1" | awk -v names="$(echo schema_tables $first_tables $noted)" '
    BEGIN { count = split(names, name); for (i = 1; i <= count; i++) ours[name[i]] = 1 }
    function of_ours(index_name, i) { for (i = 1; i <= count; i++) if (index(index_name, name[i] "_") == 1) return 1; return 0 }
    /^;/ { next }
    $4 == "TABLE" && $5 == "DATA" { if ($7 in ours) print; next }
    $4 == "TABLE" || $4 == "CONSTRAINT" { if ($6 in ours) print; next }
    $4 == "FK" && $5 == "CONSTRAINT" { if ($7 in ours) print; next }
    $4 == "INDEX" { if (of_ours($6)) print }'
}

# unescaped TEXT: with %40 as @ and so on.
unescaped() { local text=${1//\\/\\\\}; printf '%b\n' "${text//%/\\x}"; }

# What the server has for itself in the storage folder, what restore.sh leaves there, and what a file system has.
not_kept=(--exclude=/.incoming --exclude=/.work --exclude=/.restoring --exclude='/.before-restore-*' --exclude=/lost+found)

videos_in() { find "$1" -maxdepth 1 -name 'video_*.mp4' | wc -l; }
