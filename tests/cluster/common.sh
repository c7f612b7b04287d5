# Names and small functions that `up` and `down` have in common. Sourced, not run.
# shellcheck shell=bash

here=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
state=${TOWPATH_CLUSTER_STATE:-/var/lib/towpath-cluster}      # keys, data, logs; `down --wipe` removes it
programs=${TOWPATH_CLUSTER_PROGRAMS:-/var/cache/towpath-cluster} # the built programs, kept

bridge=towpath-k8s
gateway=10.245.0.1          # the node, the API server and the name server, too
pod_range=10.245.0.0/16
service_range=10.97.0.0/16
etcd=http://127.0.0.1:12579
server=https://$gateway:6443
node=towpath-node
export PATH=$PATH:/usr/sbin:/sbin

tell() { echo "cluster: $*" >&2; }

pid_of() { cat "$state/run/$1.pid" 2> /dev/null; }

# A process is ours when its pid file says so and its command line names our folder: pids come round again.
runs() {
    local pid
    pid=$(pid_of "$1") && [[ -n $pid ]] && tr '\0' ' ' < "/proc/$pid/cmdline" 2> /dev/null | grep -qF -- "$state"
}

# halt NAME [SIGNAL]: ends a process with its children, and waits for it.
halt() {
    local name=$1 signal=${2:-TERM} pid tries=100
    if runs "$name"; then
        pid=$(pid_of "$name")
        kill "-$signal" -- "-$pid" 2> /dev/null
        while runs "$name" && ((tries-- > 0)); do sleep 0.1; done
        runs "$name" && kill -KILL -- "-$pid" 2> /dev/null
    fi
    rm -f "$state/run/$name.pid"
}
