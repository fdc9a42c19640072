import Packing

/// The sample of all SKUs from which weights are learned that all of them share.
public enum Sample {
  /// Up to so many SKUs the sample is all of them.
  public static let maximumSKUs = 20_000
  /// How many are expected in the sample of more: their number, a sum of coin tosses, deviates by
  /// some 138, so that the most there may be are seven deviations away.
  public static let expectedSKUs = 19_000
  /// The most bytes of the sample's rows; what comes behind them is left out.
  public static let maximumBytes = 48 << 20
  /// The most days of all its series together: packed they may take little, but with prices and
  /// promotions each took 67 bytes while a network was learned. SKUs behind them are left out.
  public static let maximumDays = 20 << 20

  /// The hash that a SKU must not exceed to be in the sample of a cluster of so many.
  public static func threshold(skus: UInt64) -> UInt64 {
    guard skus > UInt64(maximumSKUs) else { return .max }
    return .max / skus * UInt64(expectedSKUs)
  }
}

extension SKU {
  private static let sampleSeed: UInt64 = 0x73_616D_706C_65

  /// XXH64 of the eight bytes of the digest, with a seed of its own: whether a SKU is in the sample
  /// depends neither on its shard, which is the digest's remainder, nor on its slice.
  public var sampleHash: UInt64 {
    var writer = ByteWriter(capacity: 8)
    writer.fixed(digest)
    return XXH64.hash(writer.bytes, seed: Self.sampleSeed)
  }
}
