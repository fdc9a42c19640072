import FoundationEssentials
import TestSupport
import Threading

extension Binary {
  /// Runs the program with words that it refuses, and gives the one line that it says.
  static func refusal(_ words: String..., code: Int32 = 2) throws -> String {
    let result = try run(words)
    guard result.exit == .code(code) else { return "\(result.exit): \(result.errors)" }
    return result.errors
  }
}

func write(_ text: String, _ path: String) throws {
  try Data(text.utf8).write(to: URL(filePath: path))
}

func text(_ path: String) throws -> String {
  try String(contentsOf: URL(filePath: path), encoding: .utf8)
}

/// The fields of the rows of a file, the column names first.
func rows(_ text: String) -> [[String]] {
  text.split(separator: "\n").map {
    $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
  }
}

/// The permissions of a file, as chmod takes them.
func mode(_ path: String) throws -> String {
  let attributes = try FileManager.default.attributesOfItem(atPath: path)
  return String((attributes[.posixPermissions] as? Int) ?? 0, radix: 8)
}
