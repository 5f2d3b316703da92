# Makes a table out of gcov's words (gcov -n -f): lines and functions reached, per room and whole;
# then the files that are reached least, and the functions that nothing calls.
#
# gcov tells the functions of an object first, then its files: the functions belong to the first one.
# Names that begin with _ are those of libraries' headers.
function percent(part, whole) { return whole ? 100 * part / whole : 100 }

function room_of(file) {
    sub(/\/[^\/]*$/, "", file)
    return file
}

function row(name) {
    printf "%-16s %5d %7d %6.1f %% %10d %6.1f %%\n", name, files[name], lines[name],
        percent(reached[name], lines[name]), functions[name],
        percent(called[name], functions[name])
}

function add(name) {
    files[name]++
    lines[name] += count
    reached[name] += hit
    functions[name] += pending
    called[name] += pending - uncalled
}

function take_file(i) {
    if (!(room_of(file) in files))
        rooms[++room_count] = room_of(file)
    add(room_of(file))
    add("whole")
    for (i = 1; i <= uncalled; i++)
        silent[++silent_count] = file ": " idle[i]
    if (percent(hit, count) < 80)
        weak[++weak_count] = sprintf("%5.1f %% of %4d  %s", percent(hit, count), count, file)
    pending = uncalled = 0
    is_taken = 1
}

/^Function '/ {
    if (is_taken)
        is_taken = 0
    name = substr($0, 11, length($0) - 11)
    is_function = 1
}
/^File '/ {
    file = substr($0, 7, length($0) - 7)
    is_function = 0
}
/^Lines executed:/ {
    split($0, part, /[:% ]+/)
    count = part[5]
    hit = int(part[3] * count / 100 + 0.5)
    if (is_function && name !~ /^_/) {
        pending++
        if (hit == 0)
            idle[++uncalled] = name " (" count " lines)"
    } else if (!is_function && !is_taken && file ~ /^(core|tui)\/.*\.c$/) {
        take_file()
    }
}

END {
    printf "%-16s %5s %7s %8s %10s %8s\n", "room", "files", "lines", "reached", "functions", "called"
    for (i = 1; i <= room_count; i++)
        row(rooms[i])
    row("whole")
    if (weak_count)
        print "\nfiles of which less than 80 % is reached:"
    for (i = 1; i <= weak_count; i++)
        print "  " weak[i]
    print "\nfunctions that nothing calls: " silent_count + 0
    for (i = 1; i <= silent_count; i++)
        print "  " silent[i]
}
