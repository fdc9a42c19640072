import Glibc

extension World {
  /// Puts a file in place of another, as an editor does.
  static func write(_ text: String, to path: String) throws {
    let draft = "\(path).draft"
    let file = unsafe open(draft, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    defer { close(file) }
    let bytes = Array(text.utf8)
    guard
      unsafe Glibc.write(file, bytes, bytes.count) == bytes.count,
      unsafe rename(draft, path) == 0
    else { throw TestFailure("cannot write \(path)") }
  }
}

func setMode(_ path: String, _ mode: mode_t) -> Bool { unsafe chmod(path, mode) == 0 }

func mode(_ path: String) -> mode_t {
  var status = stat()
  return unsafe stat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
}
