/// A unit of a run: part `index` of `count` equal parts of a shard's digests.
///
/// Whether a SKU is in a slice depends on its bytes alone, so a unit means the same SKUs on every
/// worker and after every fault. A shard fixes a digest's remainder; its high bits stay uniform.
public struct Slice: Hashable, Sendable {
  /// How many SKUs a slice holds, about.
  public static let targetSize = 256

  /// Which part.
  public var index: Int
  /// Of how many.
  public var count: Int

  /// Makes a slice.
  public init(index: Int, of count: Int) {
    self.index = index
    self.count = count
  }

  /// How many slices a shard of `skuCount` SKUs is cut into; at least one.
  public static func count(forSKUs skuCount: Int) -> Int {
    max(1, (skuCount + targetSize - 1) / targetSize)
  }

  /// The digests of this slice: a contiguous range, so that a slice is a range of the store's key.
  public var digests: ClosedRange<UInt64> {
    let width = UInt64.max / UInt64(count)
    let first = UInt64(index) * width
    return first...(index == count - 1 ? UInt64.max : first + width - 1)
  }
}
