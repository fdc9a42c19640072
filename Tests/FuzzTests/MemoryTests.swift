import FoundationEssentials
import FuzzTargets
import Glibc
import Testing

@Suite struct MemoryTests {
  /// In a process of its own that can have so much more memory and no more: whoever makes room for
  /// what a count promises, and not for what the bytes hold, is ended by the system there.
  @Test func `no bytes make their reader ask for a quarter of a gigabyte`() async {
    await #expect(processExitsWith: .success) {
      var donors: [[[UInt8]]] = []
      for target in FuzzTarget.all { donors.append(try target.seeds()) }
      try Self.allow(megabytesMore: 256)
      for (target, seeds) in zip(FuzzTarget.all, donors) {
        var mutation = Mutation(seed: 3, donors: seeds)
        for _ in 0..<2_000 { _ = try target.check(mutation.next()) }
      }
    }
  }

  /// Bounds the address space of this process.
  private static func allow(megabytesMore: UInt) throws {
    let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
    let pages = try #require(UInt(text.prefix { $0 != " " }))
    let bytes = pages * UInt(sysconf(Int32(_SC_PAGESIZE))) + megabytesMore << 20
    var limit = rlimit(rlim_cur: rlim_t(bytes), rlim_max: rlim_t(bytes))
    try #require(unsafe setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0)
  }
}
