# What peers.R and exact.R share: frequencies, reading series, results that survive an interruption.

seasons <- c(
  Yearly = 1, Quarterly = 4, Monthly = 12, Weekly = 1, Daily = 7, Hourly = 24, Daily730 = 7
)
horizons <- c(
  Yearly = 6, Quarterly = 8, Monthly = 18, Weekly = 13, Daily = 14, Hourly = 48, Daily730 = 28
)

# The training values by id, in the order of the file: a row is id,v1,v2,... and rows are ragged.
read_series <- function(folder, frequency) {
  paths <- file.path(folder, paste0(frequency, "-train.csv", c(".gz", "")))
  path <- paths[file.exists(paths)][1]
  if (is.na(path)) stop(paths[1], ": no such file")
  source <- gzfile(path)
  on.exit(close(source))
  cells <- strsplit(gsub('"', "", readLines(source), fixed = TRUE), ",", fixed = TRUE)
  values <- lapply(cells, function(row) as.numeric(row[-1]))
  names(values) <- vapply(cells, `[`, "", 1)
  values
}

# Drops what an interruption cut short, writes the header where it is missing, and returns the keys
# (the first `key_fields` cells) of the rows that are there already.
resume_results <- function(path, header, key_fields) {
  lines <- character()
  if (file.exists(path) && file.size(path) > 0) {
    text <- readChar(path, file.size(path), useBytes = TRUE)
    lines <- strsplit(text, "\n", fixed = TRUE)[[1]]
    if (!endsWith(text, "\n")) lines <- head(lines, -1)
  }
  if (length(lines) == 0) lines <- paste(header, collapse = ",")
  if (lines[1] != paste(header, collapse = ",")) stop(path, ": the header of another run")
  writeLines(lines, path)
  cells <- strsplit(lines[-1], ",", fixed = TRUE)
  vapply(cells, function(row) paste(row[seq_len(key_fields)], collapse = ","), "")
}

append_row <- function(path, cells) {
  cat(paste0(paste(cells, collapse = ","), "\n"), file = path, append = TRUE)
}

digits <- function(numbers, count) sprintf(paste0("%.", count, "g"), as.numeric(numbers))
