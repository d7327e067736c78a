# Makes a root of its own for a worker, in the namespaces that this shell was started in, and runs
# the worker there without any privilege. It stays as the first process, so that the system ends
# everything in the namespaces when it ends.
#
# root      an empty folder to build in
# scratch   bytes of the folder for temporary files
# user      whom to become outside of the namespaces, or nothing to stay who we are
# processes how many processes and threads there may be
# programs  exec or noexec: whether what it writes may be run
# folder    where it starts, as it sees it
# then pairs of a folder or file and where it is seen, --, and the command
set -eu
root=$1 scratch=$2 user=$3 processes=$4 programs=$5 folder=$6
shift 6
PATH=$PATH:/usr/sbin:/sbin

# Flags that the system has locked must be repeated.
bind() {
    mount --bind "$1" "$2"
    for flags in nosuid,nodev nosuid,nodev,noatime nosuid,nodev,noexec nosuid,nodev,noexec,noatime; do
        if mount -o "remount,bind,ro,$flags" "$2" 2>/dev/null; then
            return 0
        fi
    done
    echo "$1 can't be made read-only" >&2
    return 1
}

# Its programs reach each other on 127.0.0.1, and nothing else.
ip link set lo up 2>/dev/null || ifconfig lo up 2>/dev/null || true

mount -t tmpfs -o size=2m,nr_inodes=5000,mode=755 tmpfs "$root"
cd "$root"
mkdir bin dev etc outside proc tmp
for each in /lib /lib32 /lib64 /usr/lib /usr/lib32 /usr/lib64 \
    /etc/ssl/certs /etc/pki/ca-trust /usr/share/ca-certificates; do
    if [ -L "$each" ]; then
        ln -s "$(readlink "$each")" ".$each"
    elif [ -d "$each" ]; then
        mkdir -p ".$each"
        bind "$each" ".$each"
    fi
done
for each in null zero random urandom; do
    : > "dev/$each"
    mount --bind "/dev/$each" "dev/$each"
done
for each in sh setpriv unshare; do
    : > "bin/$each"
    bind "$(command -v "$each")" "bin/$each"
done
# What it is given may lie below /tmp, too.
mount -t tmpfs -o "size=$scratch,nr_inodes=10000,mode=1777,nosuid,nodev,$programs" tmpfs tmp
while [ "$1" != -- ]; do
    if [ -d "$1" ]; then
        mkdir -p ".$2"
    else
        mkdir -p ".${2%/*}"
        : > ".$2"
    fi
    bind "$1" ".$2"
    shift 2
done
shift
echo 'cloud:x:1000:1000::/tmp:/bin/false' > etc/passwd
mount -t proc -o nosuid,nodev,noexec proc proc
# Of the mount, not of the file system: that would repeat its owner, a number from outside.
mount -o remount,bind,ro,nosuid,nodev "$root"
umount=$(readlink -f "$(command -v umount)")
pivot_root . outside
cd /
"/outside$umount" -l /outside
cd "$folder"
PATH=/bin

# In a last namespace of users the worker has the number 1000, can't make further namespaces, and
# gives up what a new namespace grants.
drop='unset PWD OLDPWD
echo 0 > /proc/sys/user/max_user_namespaces
ulimit -c 0
ulimit -n 4096
ulimit -u "$1" 2> /dev/null || ulimit -p "$1"
shift
exec /bin/setpriv --ambient-caps=-all --inh-caps=-all --bounding-set=-all --no-new-privs "$@"'
set -- /bin/unshare --user --map-user=1000 --map-group=1000 --keep-caps \
    /bin/sh -c "$drop" worker "$processes" "$@"
if [ -n "$user" ]; then
    set -- /bin/setpriv "--reuid=$user" "--regid=$user" --clear-groups "$@"
fi
"$@"
exit $?
