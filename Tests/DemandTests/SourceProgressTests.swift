import Demand
import Packing
import Testing

@Suite("How far a source came")
struct SourceProgressTests {
  private static let payload: [UInt8] = [1, 2, 3]
  private static let source = SourceID(name: "sales.csv")

  private func batch(
    _ sequence: UInt64, chain: UInt64, isLast: Bool = false
  ) -> BatchIdentity {
    BatchIdentity(source: Self.source, shard: 0, sequence: sequence, chain: chain, isLast: isLast)
  }

  /// After two batches, the second of which has the chain 77.
  private func second(isFinished: Bool = false) -> SourceProgress {
    SourceProgress(sequence: 2, chain: 77, isFinished: isFinished)
  }

  private var next: UInt64 { BatchIdentity.chain(after: 77, payload: Self.payload) }

  private func verdict(_ progress: SourceProgress, _ batch: BatchIdentity) -> SourceProgress.Verdict
  {
    progress.verdict(on: batch, payload: Self.payload)
  }

  @Test("the first batch applies when its chain is the hash of its payload")
  func first() {
    let chain = BatchIdentity.chain(after: 0, payload: Self.payload)
    #expect(chain == XXH64.hash(Self.payload))
    #expect(verdict(SourceProgress(), batch(1, chain: chain)) == .apply)
    #expect(verdict(SourceProgress(), batch(1, chain: chain ^ 1)) == .conflict)
  }

  @Test("the next batch applies when its chain goes on from the one before")
  func nextBatch() {
    #expect(verdict(second(), batch(3, chain: next)) == .apply)
    #expect(verdict(second(), batch(3, chain: next, isLast: true)) == .apply)
    #expect(verdict(second(), batch(3, chain: 0)) == .conflict)
  }

  @Test("a later batch finds a gap")
  func gap() {
    #expect(verdict(second(), batch(4, chain: next)) == .gap)
    #expect(verdict(second(isFinished: true), batch(9, chain: next)) == .gap)
  }

  @Test("the last one again is a duplicate, with another chain or end a conflict")
  func again() {
    #expect(verdict(second(), batch(2, chain: 77)) == .duplicate)
    #expect(verdict(second(), batch(2, chain: 78)) == .conflict)
    #expect(verdict(second(), batch(2, chain: 77, isLast: true)) == .conflict)
    #expect(verdict(second(isFinished: true), batch(2, chain: 77, isLast: true)) == .duplicate)
    #expect(verdict(second(isFinished: true), batch(2, chain: 77)) == .conflict)
  }

  @Test("an earlier one is a duplicate, but not as the end of a shorter input")
  func earlier() {
    #expect(verdict(second(), batch(1, chain: 5)) == .duplicate)
    #expect(verdict(second(), batch(1, chain: 5, isLast: true)) == .conflict)
  }

  @Test("nothing follows the end of a source")
  func afterTheEnd() {
    #expect(verdict(second(isFinished: true), batch(3, chain: next)) == .conflict)
  }

  @Test("progress takes the sequence, chain and end of what was applied")
  func advanced() {
    let progress = second().advanced(by: batch(3, chain: next, isLast: true))
    #expect(progress == SourceProgress(sequence: 3, chain: next, isFinished: true))
  }

  @Test("a source is 32 hexadecimal digits, and its bytes come back")
  func sources() throws {
    #expect(SourceID(high: 1, low: 0xAB).description == "000000000000000100000000000000ab")
    var writer = ByteWriter()
    Self.source.pack(into: &writer)
    #expect(writer.count == 16)
    var reader = ByteReader(writer.bytes)
    #expect(try SourceID(from: &reader) == Self.source)
  }
}
