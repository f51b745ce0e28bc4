#!/bin/sh
# What the image starts first: it runs the command that it is given as the server's user, not as root. In the image's working folder.
# A fresh disk of a hosting platform belongs to root, whoever the image says that it runs as; so it is started as root there,
# and gives the disk to that user. Started as somebody else (deploy/docker-compose.yml) it has nothing to give.
set -eu
user=1654

if [ "$(id -u)" = 0 ]; then
  command -v setpriv >/dev/null || { echo "setpriv is missing: the image needs the package util-linux." >&2; exit 1; }
  # The top level alone: what lies below was made by that user, and may be much.
  chown "$user:$user" data
  export HOME=/home/app
  exec setpriv --reuid "$user" --regid "$user" --clear-groups --no-new-privs "$@"
fi
exec "$@"
