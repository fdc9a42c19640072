# Holds docs/ARCHITECTURE.md to Package.swift. Reads `swift package describe`, then the page, whose
# table under "## Rooms" has a row for each target that is not a test's:
#   | `Target` | what it is | `Import`, `Import` or - |
# A target imports only what stands above it there.

function complain(sentence) { print "docs/ARCHITECTURE.md: " sentence; found++ }

function trimmed(text) {
  gsub(/[` ]/, "", text)
  return text
}

# What Package.swift says.
FNR == NR {
  if (/^Targets:/) inTargets = 1
  if (!inTargets) next
  if (/^    [A-Z]/) {
    key = $1
    value = $0
    sub(/^[^:]*: */, "", value)
    if (key == "Name:") name = value
    if (key == "Type:" && value != "test") declared[name] = 1
    if (key == "Path:") folder[value] = 1
  } else if (/^        / && key == "Target" && $1 != name) imports[name, $1] = 1
  next
}

# What the page says.
/^## / { inRooms = /^## Rooms/ }
inRooms && /^\| *`/ {
  split($0, cell, "|")
  room = trimmed(cell[2])
  if (!(room in declared)) { complain("`" room "` is no target"); next }
  if (room in above) complain("`" room "` has two rows")
  count = split(trimmed(cell[4]), words, ",")
  for (i = 1; i <= count; i++) if (words[i] != "-") {
    written[room, words[i]] = 1
    if (!((room, words[i]) in imports)) complain("`" room "` does not import `" words[i] "`")
    else if (!(words[i] in above)) complain("`" room "` stands above `" words[i] "`, its import")
  }
  above[room] = 1
}

END {
  for (each in declared) if (!(each in above)) complain("no row for the target `" each "`")
  for (each in imports) {
    split(each, pair, SUBSEP)
    if (pair[1] in above && !(each in written))
      complain("`" pair[1] "` imports `" pair[2] "`, which its row leaves out")
  }
  count = split(folders, words, " ")
  for (i = 1; i <= count; i++) if (!(words[i] in folder)) {
    print words[i] ": no target of Package.swift"
    found++
  }
  exit found > 0
}
