/// The shell that keeps a service on its machine: it starts, signals and sweeps as it is told, and ends what runs when
/// its standard input ends, which is the end of this process or of the connection.
///
/// It reads lines of shell and evaluates them; what it has to say goes to its standard output, one report a line, and
/// what the service prints to its standard error. It asks for no more than a POSIX shell, `setsid`, `grep` and Linux's
/// `/proc`. No single quote stands in it, so that it can be a quoted word.
enum KeeperScript {
  /// The variable by which processes of a service are known, also where they have left its session.
  static let mark = "NPUTESTKIT_SERVICE"

  /// The script; `$1` is the value of the mark.
  static let text = #"""
    exec 3>&1 1>&2
    trap "" HUP INT TERM PIPE
    mark=$1
    groups=
    remembered=" "
    n=$(printf "\n_")
    n=${n%_}
    # What a script starts in the background ignores two signals; newer versions of env undo that.
    reset="env --default-signal=INT,QUIT"
    $reset true 2>/dev/null || reset=
    say() { printf "%s\n" "$*" >&3; } 2>/dev/null

    # launch NUMBER FOLDER NAME=VALUE... -- PROGRAM ARGUMENT...
    service() {
      trap - HUP INT TERM PIPE
      number=$1
      cd -- "$2" 2>/dev/null || { say failed $number folder; exit 0; }
      shift 2
      session=$(command -v setsid) || { say failed $number setsid; exit 0; }
      while [ "$1" != -- ]; do export "$1"; shift; done
      shift
      export "\#(mark)=$mark"
      case "$1" in
        */*) [ -f "$1" ] && [ -x "$1" ] ;;
        *) command -v -- "$1" >/dev/null ;;
      esac || { say failed $number program; exit 0; }
      exec "$session" $reset /bin/sh -c "printf \"pid $number %s\\n\" \$\$ >&3; exec 3>&-; exec \"\$@\"" sh "$@" </dev/null
    }
    launch() {
      (
        service "$@" &
        pid=$!
        wait $pid
        status=$?
        left=0
        kill -s 0 -- "-$pid" 2>/dev/null && left=1
        say ended $1 $status $left
      ) &
    }

    # signal NUMBER NAME TARGET: a process, or a group by its negative number
    signal() {
      case $2 in
        TERM) freeze; remember ;;
        KILL) find_known; remember ;;
      esac
      kill -s "$2" -- "$3" 2>/dev/null
      status=$?
      if [ "$2" = TERM ]; then
        for pid in $known; do kill -s CONT $pid 2>/dev/null; done
      fi
      say done $1 $status
    }

    # put NUMBER PATH TEXT, add NUMBER PATH TEXT, place NUMBER PATH: a file in pieces
    put() {
      (umask 077; mkdir -p -- "$(dirname -- "$2")" && printf %s "$3" >"$2.new")
      say done $1 $?
    }
    add() { printf %s "$3" >>"$2.new"; say done $1 $?; }
    place() { mv -f -- "$2.new" "$2"; say done $1 $?; }

    # Sets known to the processes of the groups and sessions, those with the mark, those that are remembered, and what
    # descends from them; a number and the time of its start are one process.
    find_known() {
      known=" "
      table=
      marked=" $(grep -lsF "\#(mark)=$mark" /proc/[0-9]*/environ | tr "\n" " ")"
      for file in /proc/[0-9]*/stat; do
        { read -r line <"$file"; } 2>/dev/null || continue
        pid=${line%% *}
        set -- ${line##*) }
        [ "$1" = Z ] && continue
        table="$table $pid:$2:${20}"
        case " $groups " in *" $3 "* | *" $4 "*) known="$known$pid "; continue ;; esac
        case "$remembered" in *" $pid:${20} "*) known="$known$pid "; continue ;; esac
        case "$marked" in *" /proc/$pid/environ "*) known="$known$pid " ;; esac
      done
      grows=1
      while [ "$grows" ]; do
        grows=
        for entry in $table; do
          pid=${entry%%:*}
          parent=${entry#*:}
          case "$known" in *" $pid "*) continue ;; esac
          case "$known" in *" ${parent%:*} "*) known="$known$pid "; grows=1 ;; esac
        done
      done
    }

    # Once its parent is gone, nothing tells of a process in a session of its own that has cleared its environment.
    remember() {
      for entry in $table; do
        case "$known" in *" ${entry%%:*} "*) remembered="$remembered${entry%%:*}:${entry##*:} " ;; esac
      done
    }

    # Stops them until no more are found: what is stopped starts nothing that nobody knows of.
    freeze() {
      before=
      round=0
      find_known
      while [ "$known" != "$before" ] && [ $round -lt 20 ]; do
        before=$known
        for pid in $known; do kill -s STOP $pid 2>/dev/null; done
        round=$((round + 1))
        find_known
      done
    }

    # sweep NUMBER: ends them all, and says which there were and which do not go
    sweep() {
      number=$1
      freeze
      round=0
      while find_known; [ "$known" != " " ] && [ $round -lt 100 ]; do
        for pid in $known; do
          if [ $round = 0 ]; then
            { read -r line <"/proc/$pid/stat"; } 2>/dev/null && line=${line#*(} && say left $number $pid "${line%)*}"
          fi
          kill -s KILL $pid 2>/dev/null
        done
        round=$((round + 1))
        sleep 0.05 2>/dev/null || sleep 1
      done
      remembered=" "
      for pid in $known; do say stuck $number $pid; done
      say done $number 0
    }

    trap "sweep 0" EXIT
    say hello
    while IFS= read -r line; do eval "$line"; done
    """#
}
