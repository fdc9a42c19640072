import Demand
import FoundationEssentials
import FuzzTargets
import Glibc
import Tables
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

  /// However long a line is and however deep it nests, it is passed over piece by piece.
  @Test(arguments: ["\"", "[", "{\"a\":"])
  func `a JSON line of many megabytes is refused in the memory of its reader`(
    piece: String
  ) async {
    await #expect(processExitsWith: .success) { [piece] in
      let row = Array("{\"sku\":\"A\",\"date\":\"2026-11-18\",\"units\":1}\n".utf8)
      let start = Array("{\"sku\":\(piece)".utf8)
      let filler = piece == "\"" ? [UInt8](repeating: 0x61, count: 8) : Array(piece.utf8)
      var bytes = row + start
      while bytes.count < 48 << 20 { bytes += filler }
      bytes += [0x0A] + row
      try Self.allow(megabytesMore: 16)
      let source = ByteSource(bytes: bytes, name: "long.ndjson")
      var reader = try SalesReader(source, defaultLocation: try Location("north"))
      var (taken, reasons) = (0, [RejectedRow.Reason]())
      let isMore = try unsafe reader.read(
        row: { _ in taken += 1 }, rejected: { reasons.append($0.reason) })
      #expect(taken == 2 && reasons == [.lineTooLong] && !isMore)
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
