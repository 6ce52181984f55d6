#!/bin/sh
# PostgreSQL with DocumentDB in a Debian tree. Always run by `unshare` in a mount and a process
# namespace of its own: what is mounted or started here ends with it and cannot leak.
#
#   install ROOT PACKAGE…              installs packages into the tree
#   initialize ROOT DATA               makes an empty database in the folder DATA
#   serve ROOT FOLDER PORT FERRETDB MONGO_PORT [keep]
#                                      serves FOLDER/data until standard input ends, then removes
#                                      FOLDER unless it is to be kept; prints `ready`
set -eu

job=$1 root=$2
shift 2
bin=/usr/lib/postgresql/18/bin
export LC_ALL=C.UTF-8

enter() { chroot "$root" "$@"; }
as_postgres() { enter setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; }

mount_data() {
  mkdir -p "$root/srv/data"
  mount --bind "$1" "$root/srv/data"
  enter chown postgres:postgres /srv/data
  enter chmod 700 /srv/data
}

start_postgres() {
  as_postgres "$bin/postgres" -D /srv/data -p "$1" >&2 &
  postgres=$!
  until as_postgres "$bin/pg_isready" -q -h 127.0.0.1 -p "$1"; do
    kill -0 "$postgres" || exit 1
    sleep 0.05
  done
}

stop_postgres() { as_postgres "$bin/pg_ctl" stop -D /srv/data -m fast -t 20 >&2; }

mount -t proc proc "$root/proc"
mount -t tmpfs tmpfs "$root/dev/shm"

case $job in
install)
  export DEBIAN_FRONTEND=noninteractive
  enter apt-get -o Acquire::Check-Valid-Until=false update
  enter apt-get install -y --no-install-recommends "$@"
  enter apt-get clean
  rm -rf "$root"/var/lib/apt/lists/*
  ;;
initialize)
  mount_data "$1"
  as_postgres "$bin/initdb" -A trust --locale=C.UTF-8 -D /srv/data
  cat >>"$root/srv/data/postgresql.conf" <<END
shared_preload_libraries = 'pg_cron, pg_documentdb_core, pg_documentdb'
cron.database_name = 'postgres'
listen_addresses = '127.0.0.1'
unix_socket_directories = '/srv/data'
max_connections = 300
END
  # Nobody else is in this process namespace, but the network is the machine's: any free port.
  port=$((20000 + $(od -An -N2 -tu2 /dev/urandom) % 20000))
  start_postgres "$port"
  as_postgres "$bin/psql" -h 127.0.0.1 -p "$port" -d postgres -v ON_ERROR_STOP=1 \
    -c 'CREATE EXTENSION documentdb CASCADE'
  stop_postgres
  ;;
serve)
  folder=$1 port=$2 ferretdb=$3 mongo_port=$4 after=${5:-remove}
  # One that was told to stop a moment ago may still be writing.
  exec 9>"$folder/lock"
  flock -w 60 9
  mount_data "$folder/data"
  # Of a killed one; its process number means somebody else in this namespace.
  rm -f "$root/srv/data/postmaster.pid"
  # What runs in the background reads nothing: standard input is how we are told to stop.
  exec 3<&0 </dev/null
  start_postgres "$port"
  "$ferretdb" --postgresql-url="postgres://postgres@127.0.0.1:$port/postgres" \
    --listen-addr="127.0.0.1:$mongo_port" --no-auth --telemetry=disable --debug-addr=- \
    --state-dir="$folder/state" >&2 &
  mongo=$!
  echo ready
  cat <&3 >/dev/null
  # Whoever read what we print may be dead.
  exec >/dev/null 2>&1
  kill -TERM "$mongo"
  wait "$mongo" || true
  stop_postgres
  umount "$root/srv/data"
  [ "$after" = keep ] || rm -rf "$folder"
  ;;
esac
