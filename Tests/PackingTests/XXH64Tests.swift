import Packing
import TestSupport
import Testing

@Suite("XXH64")
struct XXH64Tests {
  /// Published values: the xxHash repository's own checks and the examples of its bindings.
  @Test(
    "texts hash to the published values",
    arguments: [
      ("", 0, 0xEF46_DB37_51D8_E999), ("a", 0, 0xD24E_C4F1_A98C_6E5B),
      ("abc", 0, 0x44BC_2CF5_AD77_0999), ("xxhash", 0, 0x32DD_3895_2C4B_C720),
      ("xxhash", 20_141_025, 0xB559_B98D_844E_0635),
      ("Nobody inspects the spammish repetition", 0, 0xFBCE_A83C_8A37_8BF1),
    ] as [(String, UInt64, UInt64)])
  func texts(text: String, seed: UInt64, hash: UInt64) {
    #expect(XXH64.hash(Array(text.utf8), seed: seed) == hash)
  }

  /// The buffer of the reference's sanity check: the high bytes of powers of a prime.
  private static let buffer: [UInt8] = {
    var generator: UInt64 = 2_654_435_761
    return (0..<222).map { _ in
      defer { generator &*= 11_400_714_785_074_694_797 }
      return UInt8(generator >> 56)
    }
  }()

  @Test(
    "the reference's buffer hashes to the published values",
    arguments: [
      (0, 0, 0xEF46_DB37_51D8_E999), (0, 2_654_435_761, 0xAC75_FDA2_929B_17EF),
      (1, 0, 0xE934_A84A_DB05_2768), (1, 2_654_435_761, 0x5014_6076_43A9_B4C3),
      (4, 0, 0x9136_A0DC_A574_57EE), (14, 0, 0x8282_DCC4_994E_35C8),
      (14, 2_654_435_761, 0xC3BD_6BF6_3DEB_6DF0), (222, 0, 0xB641_AE8C_B691_C174),
      (222, 2_654_435_761, 0x20CB_8AB7_AE10_C14A),
    ] as [(Int, UInt64, UInt64)])
  func buffers(count: Int, seed: UInt64, hash: UInt64) {
    #expect(XXH64.hash(Array(Self.buffer.prefix(count)), seed: seed) == hash)
  }

  @Test("pieces hash as the whole does, however it is cut", arguments: 0..<200 as Range<UInt64>)
  func pieces(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let count = Int.random(in: 0...200, using: &random)
    let whole = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
    var hash = XXH64(seed: seed)
    var start = 0
    while start < count {
      let end = min(count, start + Int.random(in: 0...70, using: &random))
      hash.update(Array(whole[start..<end]))
      start = end
    }
    #expect(hash.digest() == XXH64.hash(whole, seed: seed), "seed \(seed), \(count) bytes")
  }

  @Test("a digest can be taken on the way without changing what follows")
  func digestOnTheWay() {
    var hash = XXH64()
    hash.update(Array("Nobody inspects ".utf8))
    _ = hash.digest()
    hash.update(Array("the spammish repetition".utf8))
    #expect(hash.digest() == 0xFBCE_A83C_8A37_8BF1)
  }
}
