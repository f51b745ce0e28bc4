#!/usr/bin/env bash
# Copies database and storage folder while the server runs. In the server's working folder, with its settings:
#   backup.sh [--env FILE] FOLDER
# FILE holds the server's settings when neither the environment nor .env does, as with systemd (/etc/vigint/vigint.env).
# Running it again into the same folder copies what is new and removes what was deleted. Needs rsync, and sqlite3 or pg_dump.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/settings.sh"
if [ "${1:-}" = --env ]; then use_settings "${2:?Usage: backup.sh [--env FILE] FOLDER}"; shift 2; fi
target=${1:?Usage: backup.sh [--env FILE] FOLDER}
umask 077
require rsync

database=$(database_address)
folder=$(storage_folder)
if file=$(sqlite_file "$database"); then
  require sqlite3
  # sqlite3 would make what is not there, and an empty database would take the place of a good backup.
  [ -f "$file" ] || { echo "There is no database $file. Start this in the server's working folder, with its settings (--env FILE)." >&2; exit 1; }
else
  require_postgres
  use_postgres "$database"
fi
[ -d "$folder" ] || { echo "There is no storage folder $folder. Start this in the server's working folder, with its settings (--env FILE)." >&2; exit 1; }

# The database first: what is stored meanwhile is in the folder with all that is known of it, and a restored server takes it in.
# A folder that is made for nothing goes again.
mkdir -p "$target"
new=$target/database.new
rm -f "$new"
trap 'rm -f "$new"; rmdir "$target" 2>/dev/null || true' EXIT
if [ -n "$file" ]; then
  sqlite3 "$file" ".backup '$new'"
  tables=$(sqlite3 "$new" .tables)
else
  # Of Vigint's tables alone: another program may have the database, too.
  tables=$(own_tables)
  # shellcheck disable=SC2086
  if [ -n "$tables" ]; then dump_tables "$new" $tables; fi
fi
[[ $tables == *schema_migrations* ]] || { echo "The database is none of a Vigint server that has started; nothing was changed in $target." >&2; exit 1; }

# Until all is there it is none to be restored.
rm -f "$target/complete"
mv -T "$new" "$target/database"

# Twice: a video that was replaced just then would have the bytes of one upload and the description of the other.
for _ in 1 2; do
  rsync --archive --delete "${not_kept[@]}" "$folder/" "$target/videos/"
done
sync -f "$target"
date -u +%FT%TZ >"$target/complete"
echo "$(videos_in "$target/videos") videos and the database are in $target."
