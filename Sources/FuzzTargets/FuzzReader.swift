/// One way in which bytes from outside become values, and what must hold of it.
///
/// Whatever the bytes, a reader takes them or refuses them: it does not trap, loop or ask for more
/// memory than its limits allow. What it takes it keeps: written again it is read back the same.
public struct FuzzReader: Sendable {
  /// What a reader made of some bytes.
  public enum Verdict: Sendable { case taken, refused }

  /// What is read.
  public let name: String
  /// Inputs made from real values, all of which are taken.
  public let seeds: @Sendable () throws -> [[UInt8]]
  /// Reads the bytes and says what became of them; throws where a property is broken.
  public let check: @Sendable ([UInt8]) throws(Finding) -> Verdict

  init(
    _ name: String, seeds: @escaping @Sendable () throws -> [[UInt8]],
    check: @escaping @Sendable ([UInt8]) throws(Finding) -> Verdict
  ) {
    self.name = name
    self.seeds = seeds
    self.check = check
  }
}
