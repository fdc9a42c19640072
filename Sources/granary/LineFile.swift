import CommandLineArguments
import Glibc
import Tables

/// Lines of text to standard output, or to a file that appears under its name when it is complete.
final class LineFile {
  private let path: String
  private let partial: String
  private let descriptor: Int32
  private let terminal: Terminal
  private var isFinished = false

  init(path: String) throws(TableError) {
    self.path = path
    guard path != "-" else {
      partial = ""
      descriptor = -1
      terminal = .standardOutput
      return
    }
    partial = "\(path).\(getpid()).partial"
    descriptor = unsafe open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    terminal = Terminal(descriptor, path)
    guard descriptor >= 0 else {
      isFinished = true
      throw .unwritable(file: path, reason: Folder.reason(errno))
    }
  }

  deinit {
    guard descriptor >= 0 else { return }
    close(descriptor)
    if !isFinished { unsafe unlink(partial) }
  }

  func write(_ text: String) throws(TableError) {
    do throws(ArgumentError) { try terminal.write(text) } catch {
      throw .unwritable(file: path, reason: error.description)
    }
  }

  /// Puts the file in its place.
  func finish() throws(TableError) {
    guard descriptor >= 0, !isFinished else { return }
    guard fdatasync(descriptor) == 0, unsafe rename(partial, path) == 0 else {
      throw .unwritable(file: path, reason: Folder.reason(errno))
    }
    isFinished = true
  }
}
