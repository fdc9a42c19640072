/// A family of readers that are fuzzed together. The first byte of an input says which of them gets
/// the rest.
public struct FuzzTarget: Sendable {
  /// The word for it on the command line.
  public let name: String
  /// What it holds.
  public let about: String
  /// Its readers; at most 256.
  public let readers: [FuzzReader]

  /// All of them. A reader of a new form joins the family that it is like.
  public static let all: [FuzzTarget] = [
    TableReaders.all, .texts, .messages, .values, .entries, .models, .plans,
  ]

  /// Gives an input to its reader.
  public func check(_ input: [UInt8]) throws(Finding) -> FuzzReader.Verdict {
    guard let first = input.first else { return .refused }
    return try readers[Int(first) % readers.count].check(Array(input.dropFirst()))
  }

  /// Inputs made from real values.
  public func seeds() throws -> [[UInt8]] {
    try readers.enumerated().flatMap { index, reader in
      try reader.seeds().map { [UInt8(index)] + $0 }
    }
  }
}
