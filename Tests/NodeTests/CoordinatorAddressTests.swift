import Messaging
import Testing
import WireProtocol

@testable import NodeSupport

@Suite("Where coordinators are, as others keep it")
struct CoordinatorAddressTests {
  private let keys: [PublicKey]

  init() throws { keys = try (0..<3).map { _ in try CurveKeyPair.generate().publicKey } }

  private func told(_ endpoint: String, _ key: Int, of node: String = "c") throws -> PeerAddress {
    PeerAddress(
      node: try #require(NodeName(node)), endpoint: endpoint, publicKey: keys[key].text)
  }

  private func known(_ endpoint: String, _ key: Int) -> CoordinatorAddress {
    CoordinatorAddress(endpoint: endpoint, key: keys[key])
  }

  @Test("have both keys while one is changed, and then the new one alone")
  func changed() throws {
    let before = [known("tcp://a:1", 0), known("tcp://b:1", 1)]
    let both = CoordinatorAddress.list(
      [try told("tcp://a:1", 0), try told("tcp://a:1", 2)], before: before)
    #expect(both == [known("tcp://a:1", 0), known("tcp://a:1", 2), known("tcp://b:1", 1)])
    #expect(
      CoordinatorAddress.list([try told("tcp://a:1", 2)], before: both)
        == [known("tcp://a:1", 2), known("tcp://b:1", 1)])
  }

  @Test("stay where they were found, when they listen at all addresses of their machine")
  func everywhere() throws {
    let before = [known("tcp://a:1", 0)]
    let both = CoordinatorAddress.list(
      [try told("tcp://0.0.0.0:1", 0), try told("tcp://0.0.0.0:1", 2)], before: before)
    #expect(both == [known("tcp://a:1", 0), known("tcp://a:1", 2)])
    #expect(
      CoordinatorAddress.list([try told("tcp://0.0.0.0:1", 2)], before: both)
        == [known("tcp://a:1", 2)])
    #expect(
      CoordinatorAddress.list([try told("tcp://0.0.0.0:1", 1)], before: before) == before,
      "of one that nobody found nothing is known")
    // Another one that says the same of itself is on another machine.
    let two = [known("tcp://a:1", 0), known("tcp://b:1", 1)]
    let told = [
      try told("tcp://0.0.0.0:1", 0, of: "a"), try told("tcp://0.0.0.0:1", 1, of: "b"),
      try told("tcp://0.0.0.0:1", 2, of: "b"),
    ]
    #expect(CoordinatorAddress.list(told, before: two) == two + [known("tcp://b:1", 2)])
  }
}
