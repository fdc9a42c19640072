import TestSupport

/// Changes inputs a little, from a seed: what a fuzzer does where nothing guides it.
public struct Mutation {
  private var random: SplitMix64
  private let donors: [[UInt8]]
  /// Bytes that mean something in one of the forms: signs, limits of integers, delimiters.
  private static let telling: [UInt8] =
    [0, 1, 2, 0x7F, 0x80, 0x81, 0xC0, 0xE2, 0xF0, 0xFE, 0xFF]
    + Array("\n\r\t ,;:=\"'{}[]/*-+.09eE#".utf8)
  /// Numbers at which something overflows, as they are packed: lengths, counts, days, doubles.
  private static let numbers: [[UInt8]] = [
    [0xFF, 0xFF, 0xFF, 0xFF, 0x07], [0xFF, 0xFF, 0xFF, 0xFF, 0x0F],
    [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F],
    [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01],
    [0, 0, 0, 0, 0, 0, 0xF0, 0x7F], [0, 0, 0, 0, 0, 0, 0xF8, 0x7F],
    [0, 0, 0, 0, 0, 0, 0, 0x80], [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xEF, 0x7F],
    [0xFF, 0xFF, 0xFF, 0x7F], [0, 0, 0, 0x80], [0, 0, 0xC0, 0x7F],
  ]

  /// Mutates with pieces of these.
  public init(seed: UInt64, donors: [[UInt8]]) {
    random = SplitMix64(seed: seed)
    self.donors = donors
  }

  /// The next input: a seed with one to eight changes.
  public mutating func next() -> [UInt8] {
    var bytes = donors.randomElement(using: &random) ?? []
    for _ in 0...Int.random(in: 0..<8, using: &random) { change(&bytes) }
    return bytes
  }

  private mutating func change(_ bytes: inout [UInt8]) {
    // The first byte names the reader, and stays.
    guard bytes.count > 1 else {
      bytes += Self.numbers.randomElement(using: &random) ?? []
      return
    }
    let at = Int.random(in: 1..<bytes.count, using: &random)
    switch Int.random(in: 0..<9, using: &random) {
    case 0: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    case 1: bytes[at] = UInt8.random(in: 0...255, using: &random)
    case 2: bytes[at] = Self.telling.randomElement(using: &random) ?? 0
    case 3: bytes.insert(Self.telling.randomElement(using: &random) ?? 0, at: at)
    case 4: bytes.removeSubrange(at..<min(bytes.count, at + Int.random(in: 1...4, using: &random)))
    case 5: bytes.removeSubrange(at...)
    case 6:
      let number = Self.numbers.randomElement(using: &random) ?? []
      bytes.replaceSubrange(at..<min(bytes.count, at + number.count), with: number)
    case 7:
      // A piece of itself once more.
      let end = min(bytes.count, at + Int.random(in: 1...32, using: &random))
      bytes.insert(contentsOf: bytes[at..<end], at: at)
    default:
      let donor = donors.randomElement(using: &random) ?? []
      guard donor.count > 1 else { return }
      let from = Int.random(in: 1..<donor.count, using: &random)
      let end = min(donor.count, from + Int.random(in: 1...32, using: &random))
      bytes.replaceSubrange(at..<min(bytes.count, at + end - from), with: donor[from..<end])
    }
  }
}
