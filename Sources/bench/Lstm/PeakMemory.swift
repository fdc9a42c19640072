import FoundationEssentials

/// The most memory that this process had, as the kernel counts it.
enum PeakMemory {
  private static let status = "/proc/self/status"

  static func mebibytes() throws -> Double {
    let text = try String(contentsOfFile: status, encoding: .utf8)
    let line = text.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    guard let cell = line?.split(whereSeparator: { " \t".contains($0) }).dropFirst().first,
      let kibibytes = Double(String(cell))
    else { throw LstmBenchError.noPeak(status) }
    return kibibytes / 1_024
  }

  /// Begins anew from what the process has now.
  static func forget() throws {
    try Data("5".utf8).write(to: URL(filePath: "/proc/self/clear_refs"))
  }
}
