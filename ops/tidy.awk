# Rules that the formatter does not know. Reads ops/tidy-exceptions, then Swift files and scripts.
# Needs LC_ALL=C; a function is told by the indentation that the formatter gives it.

function complain(rule, sentence) {
  if ((rule, FILENAME) in excepted) { used[rule, FILENAME] = 1; return }
  printf "%s:%d: %s [%s]\n", FILENAME, FNR, sentence, rule
  found++
}

# Counts the functions that are open at an indentation or deeper as closed without a look.
function forget(depth, at) {
  for (at in opened) if (at + 0 >= depth) delete opened[at]
}

function endFile() {
  if (lines > 400) {
    printf "%s:%d: a file has at most 400 lines [file-length]\n", previous, lines
    found++
  }
}

BEGIN { edges = "try!|[^a-zA-Z]as!|fatalError[(]|nonisolated[(]unsafe[)]|@unchecked Sendable" }

FILENAME == "ops/tidy-exceptions" {
  if (/^[^#]/) {
    if (NF < 3) { print "ops/tidy-exceptions:" FNR ": rule, file and reason are needed"; found++ }
    excepted[$1, $2] = 1
  }
  next
}

FNR == 1 { endFile(); forget(0); previous = FILENAME }

{
  lines = FNR
  width = $0
  gsub(/[\200-\277]/, "", width)
  if (length(width) > 100) complain("line-length", "a line has at most 100 columns")
  if (/TO[D]O|FIX[M]E/) complain("unfinished", "finish it, or open an issue")
}

FILENAME !~ /[.]swift$/ || /^ *$/ { next }

{
  code = $0
  gsub(/\\"/, "", code)
  gsub(/"[^"]*"/, "\"\"", code)
  sub(/\/\/.*/, "", code)
  if (match(" " code, edges)) complain("sharp-edge", substr(" " code, RSTART, RLENGTH) " cuts")

  depth = match($0, /[^ ]/) - 1
  first = substr($0, depth + 1, 1)
  forget(depth + 1)
  if (depth in opened && (first == "}" || (first == ")" && /[}]$/))) {
    if (FNR - opened[depth] + 1 > 70)
      complain("function-length", "a function has at most 70 lines, this " FNR - opened[depth] + 1)
    delete opened[depth]
  }
  if (code ~ /(^|[ (])(func|subscript) |(^|[ (])init[?(<]|(^| )deinit |^ *(.* )?var .*[{]$/ \
      && code !~ /[.]init|[{].*[}]$/) opened[depth] = FNR
}

END {
  endFile()
  for (each in excepted) if (!(each in used)) {
    split(each, parts, SUBSEP)
    printf "ops/tidy-exceptions: %s %s is not needed any more\n", parts[1], parts[2]
    found++
  }
  exit found > 0
}
