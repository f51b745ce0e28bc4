#!/usr/bin/env bash
# Copies database and storage folder while the server runs. In the server's working folder, with its settings:
#   backup.sh FOLDER
# Running it again into the same folder copies what is new and removes what was deleted. Needs rsync, and sqlite3 or pg_dump.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/settings.sh"
target=${1:?Usage: backup.sh FOLDER}
umask 077
mkdir -p "$target"

# The database first: what is stored meanwhile is in the folder with all that is known of it, and a restored server takes it in.
database=$(database_address)
case "$database" in
  sqlite:///*) sqlite3 "${database#sqlite:///}" ".backup '$target/database.new'" ;;
  *) pg_dump --format=custom --no-owner --file="$target/database.new" "$database" ;;
esac
mv "$target/database.new" "$target/database"

# Twice: a video that was replaced just then would have the bytes of one upload and the description of the other.
for _ in 1 2; do
  rsync --archive --delete --exclude=/.incoming --exclude=/.work --exclude=/lost+found "$(storage_folder)/" "$target/videos/"
done
echo "$(find "$target/videos" -maxdepth 1 -name 'video_*.mp4' | wc -l) videos and the database are in $target."
