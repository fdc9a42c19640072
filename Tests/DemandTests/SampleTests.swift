import Demand
import Testing

@Suite("The sample of all SKUs")
struct SampleTests {
  @Test("is all of them up to the most there may be")
  func few() {
    #expect(Sample.threshold(skus: 0) == .max)
    #expect(Sample.threshold(skus: UInt64(Sample.maximumSKUs)) == .max)
    #expect(Sample.threshold(skus: UInt64(Sample.maximumSKUs) + 1) < .max)
  }

  @Test("is about as large as expected, and never too large", arguments: [20_001, 60_000])
  func many(count: Int) throws {
    let threshold = Sample.threshold(skus: UInt64(count))
    let sampled = try (0..<count).count { try SKU("sku-\($0)").sampleHash <= threshold }
    #expect(abs(sampled - Sample.expectedSKUs) < 700, "\(sampled)")
    #expect(sampled <= Sample.maximumSKUs)
  }

  @Test("takes its share of each shard and of each slice")
  func independent() throws {
    let threshold = UInt64.max / 4
    var inSample = [Int](repeating: 0, count: 8)
    var inAll = inSample
    for number in 0..<16_000 {
      let sku = try SKU("sku-\(number)")
      let place = sku.shard(of: 4) * 2 + (sku.digest > .max / 2 ? 1 : 0)
      inAll[place] += 1
      if sku.sampleHash <= threshold { inSample[place] += 1 }
    }
    for (part, all) in zip(inSample, inAll) {
      #expect((0.2...0.3).contains(Double(part) / Double(all)), "\(part) of \(all)")
    }
  }
}
