# Sourced by every script here: where things are, and a few words they share.
# Nothing here does work; see dev/README.md for who does what.
set -euo pipefail
shopt -s inherit_errexit
umask 022

# A stray setting of the caller's shell must not lead us to another Odoo, database or package.
unset PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE ODOO_RC OPENERP_SERVER
unset PGHOST PGPORT PGUSER PGDATABASE PGPASSWORD PGSERVICE PGPASSFILE PGOPTIONS

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
DEV=$ROOT/dev
# Shared by all clones of this user: downloads, virtual environments, database dumps.
CACHE=${XDG_CACHE_HOME:-${HOME:-/var/tmp}/.cache}/prepaid-services
# Programs that root has not installed on this machine; see get-programs.
PROGRAMS=$CACHE/programs
add_programs() {
    local dir
    for dir in "$PROGRAMS"/*/run; do
        if [ -d "$dir" ]; then PATH=$dir:$PATH; fi
    done
}
add_programs
# This clone's own: one private PostgreSQL with its filestore per purpose. "test" trades safety for
# speed and may be thrown away at any time; "run" holds the demo that somebody may want to keep.
CLUSTER=${CLUSTER:-test}
STATE=$ROOT/.dev/$CLUSTER
mkdir -p "$CACHE" "$STATE" "$PROGRAMS"

say() { printf '== %s\n' "$*" >&2; }
die() { printf 'ERROR: %s\n' "$*" >&2; exit 1; }
am_root() { [ "$(id -u)" = 0 ]; }
hash_of() { sha256sum | cut -c1-10; }

# locked FILE COMMAND...: one at a time. What COMMAND starts holds the lock too, so that a killed run
# whose children still work keeps others out; dev/pg closes it before it starts a server that stays.
# Never call this (or once) before || or in an if: bash would then go on after errors inside.
locked() {
    local _lock=$1 _fd _rc
    shift
    exec {_fd}>"$_lock"
    flock -n "$_fd" || { say "waiting for another run ($(basename "$_lock"))"; flock "$_fd"; }
    set +e
    (set -e; "$@")
    _rc=$?
    set -e
    exec {_fd}>&-
    return $_rc
}

# once DIR COMMAND...: run COMMAND, which fills DIR, unless a former run finished it. An interrupted
# or failed one leaves no .complete mark and is done again from the start.
once() {
    if [ ! -e "$1/.complete" ]; then locked "$1.lock" _once "$@"; fi
}
_once() {
    local _dir=$1
    shift
    if [ -e "$_dir/.complete" ]; then return; fi
    rm -rf "$_dir"
    mkdir -p "$_dir"
    "$@"
    touch "$_dir/.complete"
}

# fetch PROGRAM...: all that is missing, side by side, as most of it is waiting for the network.
fetch() {
    local job jobs=()
    "$DEV/get-odoo" >/dev/null & jobs+=($!)
    "$DEV/get-python" >/dev/null & jobs+=($!)
    "$DEV/get-programs" "$@" & jobs+=($!)
    for job in "${jobs[@]}"; do wait "$job"; done
}

# ready [PROGRAM...]: fetch what is missing, start the database server, and set the environment that
# Odoo needs.
ready() {
    local odoo venv
    fetch postgresql "$@"
    odoo=$("$DEV/get-odoo")
    venv=$("$DEV/get-python")
    "$DEV/pg" start
    PGHOST=$("$DEV/pg" socket)
    add_programs
    PATH=$venv/bin:$("$DEV/pg" bin):$PATH
    export PATH PGHOST PGUSER=odoo PGPORT=5432 ODOO=$odoo PYTHONPATH=$odoo
    export ODOO_RC=$STATE/odoo.conf PYTHONPYCACHEPREFIX=$CACHE/pycache
    write_settings
}

# Names of our own add-ons, comma separated: every folder of the checkout with a manifest.
our_addons() {
    local manifest names=()
    for manifest in "$ROOT"/*/__manifest__.py; do
        [ ! -e "$manifest" ] || names+=("$(basename "$(dirname "$manifest")")")
    done
    (IFS=,; echo "${names[*]}")
}

write_settings() {
    local path=$ODOO/odoo/addons
    # A checkout of Odoo keeps most add-ons in a folder beside odoo/, Debian's package in odoo/addons.
    [ -e "$path/account/__manifest__.py" ] || path=$ODOO/addons,$path
    [ -z "$(our_addons)" ] || path=$ROOT,$path
    mkdir -p "$STATE/data" "$STATE/screenshots"
    cat >"$ODOO_RC.$$" <<CONF
[options]
addons_path = ${EXTRA_ADDONS:+$EXTRA_ADDONS,}$path
data_dir = $STATE/data
http_interface = 127.0.0.1
list_db = False
screenshots = $STATE/screenshots
CONF
    mv "$ODOO_RC.$$" "$ODOO_RC"
}

# temporary_db KIND: a database copy for this process, in $DB; gone when it ends. The lock lives as
# long as this process and its children, so `db sweep` knows what a killed run left behind.
temporary_db() {
    "$DEV/db" sweep
    "$DEV/db" template "$1" >/dev/null
    mkdir -p "$STATE/locks"
    DB=tmp_$$_$(date +%s)
    exec {DB_LOCK}>"$STATE/locks/$DB"
    flock "$DB_LOCK"
    export TMPDIR=/tmp/prepaid-$DB   # browsers leave their profiles behind
    mkdir -m 700 "$TMPDIR"
    trap '"$DEV/db" drop "$DB"; rm -rf "$STATE/locks/$DB" "$TMPDIR"' EXIT
    trap 'exit 130' INT TERM HUP
    "$DEV/db" new "$DB" "$1"
}
