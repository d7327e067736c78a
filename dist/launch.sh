# shellcheck shell=bash
# Starts Java with Rialto's program. Sourced by ./rialto and by bin/rialto of a release, so that both
# start it in the same way.

launch_folder=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# The jars of a folder, always in the same order: the AOT cache is only used with the class path that
# it was created with.
#
# In a release, the folder is open as file 9, and the jars have the same paths wherever it lies: Java
# looks for them at the paths in the cache, and does not start when packages are sealed that are not
# there.
classpath() {
    local IFS=: LC_ALL=C
    local jars=("$1"/lib/*.jar)
    echo "${jars[*]}"
}

java_options() {
    options=("@$launch_folder/java.options")
    # The heap and compiled code in pages of 2 MB: memory access is faster with many functions.
    if [[ $OSTYPE == linux* ]]; then
        options+=(-XX:+UseTransparentHugePages)
    fi
}

# The value of the setting `memory`, which Java must know before it starts: from the command line, the
# environment or the file of settings.
memory_setting() {
    local file=${RIALTO_CONFIG:-} flag='' line
    while (($# > 0)); do
        case $1 in
            --set=memory=*) flag=${1#--set=memory=} ;;
            --config=*) file=${1#--config=} ;;
            --set) [[ ${2:-} == memory=* ]] && flag=${2#memory=} ;;
            --config) file=${2:-} ;;
            --) break ;;
        esac
        shift
    done
    if [[ -n $flag ]]; then
        echo "$flag"
    elif [[ -n ${RIALTO_MEMORY:-} ]]; then
        echo "$RIALTO_MEMORY"
    elif [[ -r $file ]]; then
        while IFS= read -r line || [[ -n $line ]]; do
            if [[ $line =~ ^[[:space:]]*memory[[:space:]]*[=:][[:space:]]*([^[:space:]].*)$ ]]; then
                flag=${BASH_REMATCH[1]}
            fi
        done <"$file"
        echo "$flag"
    fi
}

# Without the setting, Java takes a quarter of the memory of the machine, or of the container or unit
# that limits it.
memory_options() {
    local size
    size=$(memory_setting "$@")
    # Anything else is reported by the server, which checks its settings.
    if [[ ${size^^} =~ ^[[:space:]]*([0-9]{1,9})[[:space:]]*(B|KB|MB|GB)?[[:space:]]*$ ]]; then
        local unit=${BASH_REMATCH[2]%B}
        options+=("-Xmx${BASH_REMATCH[1]}$unit")
    fi
}

# Where the jars of a folder are for Java.
jars_of() {
    if is_release "$1"; then
        echo /proc/self/fd/9
    else
        echo "$1"
    fi
}

# Only a release has a Java of its own.
is_release() {
    [[ -d $1/runtime ]]
}

# Creates the AOT caches of a folder, of servers and of their workers, which halve the start-up time.
train() {
    local folder=$1 java=$2 options path
    java_options
    if is_release "$folder"; then
        exec 9<"$folder"
        options+=(-Drialto.postgresql="$folder/postgresql")
    fi
    path=$(classpath "$(jars_of "$folder")")
    "$java" "${options[@]}" -XX:AOTMode=record -XX:AOTConfiguration="$folder/rialto.aotconf" \
        -cp "$path" dev.rialto.cli.RialtoCommand train &&
        "$java" "${options[@]}" -XX:AOTMode=create -XX:AOTConfiguration="$folder/rialto.aotconf" \
            -XX:AOTCache="$folder/rialto.aot.new" -cp "$path" &&
        rm "$folder/rialto.aotconf" &&
        "$java" "${options[@]}" -cp "$path" dev.rialto.jvmworker.WorkerTraining "$folder/worker.aot" &&
        mv "$folder/rialto.aot.new" "$folder/rialto.aot"
}

# What people type to call the command.
shown() {
    if ! is_release "$1"; then
        echo ./rialto
    elif [[ $(type -P rialto) -ef $2 ]]; then
        echo rialto
    else
        echo bin/rialto
    fi
}

# launch_worker FOLDER JAVA: runs a worker in place of this shell, as a server runs its own: with its collector
# and headers, which the AOT cache was made with. Of a container's command, so it is the only one in its machine.
launch_worker() {
    local folder=$1 java=$2
    local options=(-XX:+UseSerialGC -XX:+UseCompactObjectHeaders -XX:-UsePerfData -XX:+ExitOnOutOfMemoryError
        -Duser.timezone=UTC --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -Xlog:disable)
    if [[ -f $folder/rialto.aot ]]; then
        options+=(-XX:AOTCache="$folder/rialto.aot")
    fi
    if is_release "$folder"; then
        exec 9<"$folder"
    fi
    # shellcheck disable=SC2206 # the options are words
    options+=(${RIALTO_JAVA_OPTIONS:-})
    exec "$java" "${options[@]}" -cp "$(classpath "$(jars_of "$folder")")" dev.rialto.jvmworker.JvmWorker
}

# launch FOLDER JAVA COMMAND STARTED [ARGUMENT...]: runs the program in a folder, in place of this shell.
#   COMMAND  the file that people call
#   STARTED  when it was called, in seconds
launch() {
    local folder=$1 java=$2 command=$3 started=$4 options
    shift 4
    java_options
    memory_options "$@"
    # Of Java's own messages, which are about its cache and the system's memory pages, none is for people who
    # call a command; RIALTO_JAVA_OPTIONS can turn them on.
    options+=(-Xlog:disable)
    if [[ -f $folder/rialto.aot ]]; then
        options+=(-XX:AOTCache="$folder/rialto.aot")
    fi
    if is_release "$folder"; then
        exec 9<"$folder"
        options+=(-Drialto.postgresql="$folder/postgresql")
    fi
    if [[ -r $folder/commit ]]; then
        options+=(-Drialto.commit="$(<"$folder/commit")")
    fi
    # shellcheck disable=SC2206 # the options are words
    options+=(-Drialto.started="$started" -Drialto.command="$command" -Drialto.name="$(shown "$folder" "$command")" ${RIALTO_JAVA_OPTIONS:-})
    exec "$java" "${options[@]}" -cp "$(classpath "$(jars_of "$folder")")" dev.rialto.cli.RialtoCommand "$@"
}
