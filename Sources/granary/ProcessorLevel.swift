import Glibc

/// The levels of x86-64 processors (psABI), and the check that a build for one of them runs where
/// it can: below its level the first vector instruction would end the process without a word.
enum ProcessorLevel: String, CustomStringConvertible {
  /// Every 64-bit processor.
  case baseline = "x86-64"
  /// Fused multiply-add and AVX2.
  case v3 = "x86-64-v3"
  /// AVX-512.
  case v4 = "x86-64-v4"

  /// What this program was built for; the build says so beside the flag for the compiler.
  static var built: ProcessorLevel {
    #if GRANARY_X86_64_V4
      .v4
    #elseif GRANARY_X86_64_V3
      .v3
    #else
      .baseline
    #endif
  }

  var description: String { rawValue }

  /// The flags of /proc/cpuinfo that the level needs.
  private var flags: [String] {
    let v3 = ["avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe", "xsave"]
    return switch self {
    case .baseline: []
    case .v3: v3
    case .v4: v3 + ["avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"]
    }
  }

  /// Why this program cannot run here; nothing where it can.
  static func complaint() -> String? {
    guard built != .baseline else { return nil }
    // The check itself is built for the level: an instruction that is not there ends it before it
    // can speak. So a handler speaks first, and is taken back when the processor passes.
    let before = UnsafeMutablePointer<sigaction>.allocate(capacity: 1)
    defer { unsafe before.deallocate() }
    unsafe sigaction(SIGILL, nil, before)
    signal(SIGILL) { _ in ProcessorLevel.speakAndExit() }
    let complaint = cpuinfo().flatMap { built.complaint(cpuinfo: $0) }
    unsafe sigaction(SIGILL, before, nil)
    return complaint
  }

  /// Why a program of this level cannot run on the processor that `cpuinfo` describes.
  func complaint(cpuinfo: String) -> String? {
    let missing = missing(in: cpuinfo)
    guard !missing.isEmpty else { return nil }
    let way = self == .v4 && Self.v3.missing(in: cpuinfo).isEmpty ? Self.v3 : .baseline
    return "this program was built for \(self) processors, and this one lacks "
      + "\(missing.joined(separator: ", ")); build it again with `ops/run --cpu \(way)`"
  }

  /// The highest level that this processor has.
  static var best: ProcessorLevel { cpuinfo().flatMap(best(cpuinfo:)) ?? built }

  /// The highest level of the processor that `cpuinfo` describes; nothing where it names no flags.
  static func best(cpuinfo: String) -> ProcessorLevel? {
    guard cpuinfo.split(separator: "\n").contains(where: { $0.hasPrefix("flags") }) else {
      return nil
    }
    return [.v4, .v3].first { $0.missing(in: cpuinfo).isEmpty } ?? .baseline
  }

  /// The flags of the level that are not there; none where nothing is said about flags.
  private func missing(in cpuinfo: String) -> [String] {
    guard let line = cpuinfo.split(separator: "\n").first(where: { $0.hasPrefix("flags") }) else {
      return []
    }
    let there = Set(line.split(whereSeparator: \.isWhitespace))
    return flags.filter { !there.contains($0[...]) }
  }

  /// The start of /proc/cpuinfo, which describes the first core; the others are like it.
  private static func cpuinfo() -> String? {
    let descriptor = unsafe open("/proc/cpuinfo", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 1 << 14)
    var used = 0
    while used < bytes.count {
      let count = unsafe bytes.withUnsafeMutableBytes { room in
        unsafe read(descriptor, room.baseAddress.map { unsafe $0 + used }, room.count - used)
      }
      guard count > 0 else { break }
      used += count
    }
    return String(decoding: bytes[..<used], as: UTF8.self)
  }

  /// In a signal handler: two system calls and nothing else.
  private static func speakAndExit() -> Never {
    let text: StaticString = """
      granary: this program was built for a newer processor; build it again with \
      `ops/run --cpu x86-64-v3`, or `--cpu x86-64` where that cannot run either

      """
    unsafe _ = write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
    _exit(1)
  }
}
