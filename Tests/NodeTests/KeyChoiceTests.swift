import CommandLineArguments
import FoundationEssentials
import Messaging
import Settings
import TestSupport
import Testing

@testable import ClientNode

@Suite("The key that a client takes")
struct KeyChoiceTests {
  /// A folder with these keys, and a list of them unless it is another machine's.
  private func folder(
    _ keys: KeyValuePairs<String, Messaging.Role>, listed: Bool = true
  ) throws -> (TemporaryFolder, ClusterFolder) {
    let folder = try TemporaryFolder()
    let cluster = ClusterFolder(path: folder.path)
    try FileManager.default.createDirectory(
      atPath: cluster.keys, withIntermediateDirectories: true)
    var list = ""
    for (name, role) in keys {
      let pair = try CurveKeyPair.generate()
      try KeyFile.writeSecret(pair, to: cluster.secretKey(of: name))
      list += AllowList.line(pair.publicKey, try #require(Identity(role: role, node: name)))
    }
    if listed { try FakeCluster.write(list, to: cluster.allowList) }
    return (folder, cluster)
  }

  private func choice(
    _ keys: KeyValuePairs<String, Messaging.Role>, for role: Messaging.Role,
    named: String? = nil, listed: Bool = true
  ) throws -> String {
    let (kept, cluster) = try folder(keys, listed: listed)
    defer { withExtendedLifetime(kept) {} }
    return try KeyChoice(in: cluster, for: role, named: named).name
  }

  @Test("has the least role that does, whatever it is called")
  func least() throws {
    let keys: KeyValuePairs<String, Messaging.Role> = [
      "worker-1": .worker, "ada": .operator, "nightly": .client, "wall": .observer,
    ]
    #expect(try choice(keys, for: .observer) == "wall")
    #expect(try choice(keys, for: .client) == "nightly")
    #expect(try choice(keys, for: .operator) == "ada")
    #expect(try choice(["ada": .operator], for: .client) == "ada")
    // Nobody may: who refuses it says what is missing.
    #expect(try choice(["client": .client], for: .operator) == "client")
  }

  @Test("is the one that is named, or the usual one of several")
  func named() throws {
    let keys: KeyValuePairs<String, Messaging.Role> = [
      "ada": .operator, "operator": .operator, "bob": .operator,
    ]
    #expect(try choice(keys, for: .observer, named: "bob") == "bob")
    #expect(try choice(keys, for: .operator) == "operator")
  }

  @Test("goes by its name where there is no list, as on another machine")
  func unlisted() throws {
    let keys: KeyValuePairs<String, Messaging.Role> = ["client": .client, "operator": .operator]
    #expect(try choice(keys, for: .operator, listed: false) == "operator")
    #expect(try choice(keys, for: .observer, listed: false) == "client")
    #expect(try choice(["ada": .operator], for: .operator, listed: false) == "ada")
  }

  @Test("is asked for where several would do, none is there, or the named one is not")
  func refusals() throws {
    func error(_ body: () throws -> String) -> ClientError? {
      #expect(throws: ClientError.self) { _ = try body() }
    }
    let several = error { try choice(["ada": .operator, "bob": .operator], for: .operator) }
    #expect(several?.description.contains("several keys with the role operator: ada, bob") == true)
    #expect(several?.exitCode == .usage)
    let none = error { try choice(["worker-1": .worker], for: .observer) }
    #expect(none?.description.contains("granary keys add client --role client") == true)
    for name in ["eve", "../../etc/shadow", ""] {
      let missing = error { try choice(["ada": .operator], for: .operator, named: name) }
      #expect(
        missing?.description.contains("has no secret key of \(name); it has those of ada") == true)
    }
  }
}
