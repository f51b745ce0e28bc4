#!/usr/bin/env bash
# Puts back what backup.sh has copied; what is there is moved aside. The server must be stopped. In its working folder, with its settings:
#   restore.sh [--env FILE] FOLDER
# FILE is as of backup.sh. Needs rsync, sqlite3 or psql with pg_restore and pg_dump, and room for the clips beside those that are there.
# What it makes belongs to the owner of the working folder, so that it may be started by root.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/settings.sh"
if [ "${1:-}" = --env ]; then use_settings "${2:?Usage: restore.sh [--env FILE] FOLDER}"; shift 2; fi
source=${1:?Usage: restore.sh [--env FILE] FOLDER}
require rsync
require flock util-linux
if sqlite_file "$(database_address)" >/dev/null; then require sqlite3; else require_postgres; fi
[ -f "$source/complete" ] && [ -f "$source/database" ] && [ -d "$source/videos" ] || { echo "There is no complete backup in $source." >&2; exit 1; }
umask 077

owner=$(stat -c %u:%g .)
own() { [ "$(id -u)" != 0 ] || chown -hR "$owner" "$@"; }
make_folder() {
  [ -d "$1" ] && return
  make_folder "$(dirname "$1")"
  mkdir "$1"
  own "$1"
}

folder=$(storage_folder)
make_folder "$folder"
# The server holds this lock as long as it runs; from here on it does not start.
exec 9<"$folder"
flock --nonblock 9 || { echo "The server runs; stop it first." >&2; exit 1; }

# Whatever can fail is done beside what is there.
stage=$folder/.restoring
rm -rf "$stage"
trap 'rm -rf "$stage"' EXIT
mkdir "$stage"
rsync --archive "${not_kept[@]}" "$source/videos/" "$stage/videos/"
database=$(database_address)
if file=$(sqlite_file "$database"); then
  make_folder "$(dirname "$file")"
  cp "$source/database" "$stage/database"
  [[ $(sqlite3 "$stage/database" 'pragma quick_check') == ok ]] || { echo "The database in $source is damaged; nothing was changed." >&2; exit 1; }
else
  use_postgres "$database"
  own_entries "$source/database" >"$stage/entries"
  grep -q ' TABLE .* schema_migrations ' "$stage/entries" || { echo "The backup in $source is none of a PostgreSQL database of Vigint; nothing was changed." >&2; exit 1; }
  tables=$(own_tables)
  # shellcheck disable=SC2086
  if [ -n "$tables" ]; then dump_tables "$stage/before" $tables; fi
fi
own "$stage"

if [ -z "$file" ]; then
  # All of it or nothing: without the last line the session ends, and nothing has happened. Vigint's tables go first, those too that a newer version has
  # added; another program's stay. Where one of them depends on ours nothing is changed, and PostgreSQL says which.
  {
    echo 'begin;'
    echo "set local lock_timeout = '10s';"
    if [ -n "$tables" ]; then echo "drop table $(sed 's/.*/"&"/' <<<"$tables" | paste -sd,);"; fi
    pg_restore --no-owner --no-privileges --exit-on-error --use-list="$stage/entries" --file=- "$source/database" && echo 'commit;'
  } | psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 >/dev/null
fi

aside=$folder/.before-restore-$(date -u +%Y%m%d-%H%M%S)
mkdir -p "$aside/videos"
if [ -e "$stage/before" ]; then mv "$stage/before" "$aside/database"; fi
find "$folder" -mindepth 1 -maxdepth 1 ! -name .incoming ! -name .work ! -name .restoring ! -name '.before-restore-*' ! -name lost+found \
  -exec mv -t "$aside/videos" {} +
if [ -n "$file" ]; then
  for one in "$file" "$file-wal" "$file-shm"; do
    if [ -e "$one" ]; then mv "$one" "$aside"; fi
  done
  mv "$stage/database" "$file"
fi
find "$stage/videos" -mindepth 1 -maxdepth 1 -exec mv -t "$folder" {} +
own "$aside"

echo "The database and $(videos_in "$folder") videos are as they were in $source. Start the server."
echo "What was there before is in $aside; remove that when all is well."
