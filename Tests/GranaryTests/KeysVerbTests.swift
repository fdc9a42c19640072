import FoundationEssentials
import TestSupport
import Testing
import Threading

@Suite("granary keys")
struct KeysVerbTests {
  @Test("makes a pair that only its owner can read, and lets it in")
  func add() throws {
    let folder = try TemporaryFolder()
    let cluster = folder.file("cluster")
    let result = try Binary.run([
      "keys", "add", "worker-1", "--role", "worker", "--cluster", cluster,
    ])
    #expect(result.exit == .code(0))
    #expect(try mode(cluster) == "700")
    #expect(try mode("\(cluster)/keys") == "700")
    #expect(try mode("\(cluster)/keys/worker-1.secret") == "600")
    #expect(try mode("\(cluster)/keys/worker-1.public") == "644")
    let key = try #require(text("\(cluster)/keys/worker-1.public").split(separator: "\n").last)
    #expect(
      try text("\(cluster)/keys/allowed") == "# public key, role, node\n\(key) worker worker-1\n")
    #expect(result.output.hasSuffix("public key \(key)\n"))
    #expect(!result.output.contains(try secret("worker-1", in: cluster)))
  }

  @Test("lists nobody's keys where there is no cluster, and says so")
  func noCluster() throws {
    let folder = try TemporaryFolder()
    let missing = folder.file("missing")
    let refusal = try Binary.refusal("keys", "list", "--cluster", missing, code: 4)
    #expect(refusal.contains("no cluster at \(missing): start one with `granary up`"))
  }

  @Test("never overwrites a key, and says so")
  func again() throws {
    let folder = try TemporaryFolder()
    let words = ["keys", "add", "worker-1", "--role", "worker", "--cluster", folder.path]
    _ = try Binary.run(words)
    let before = try (secret("worker-1", in: folder.path), text(folder.file("keys/allowed")))
    let result = try Binary.run(words)
    #expect(result.exit == .code(2))
    #expect(
      result.errors
        == "granary: \(folder.path)/keys/worker-1.secret: exists, and keys are never overwritten; "
        + "move it away or choose another path\n")
    #expect(try before == (secret("worker-1", in: folder.path), text(folder.file("keys/allowed"))))
  }

  @Test("leaves nothing behind when the public key's file is in the way")
  func halfThere() throws {
    let folder = try TemporaryFolder()
    _ = try Binary.run(["keys", "add", "a", "--role", "client", "--cluster", folder.path])
    try write("mine\n", folder.file("keys/b.public"))
    let result = try Binary.run(["keys", "add", "b", "--role", "client", "--cluster", folder.path])
    #expect(result.exit == .code(2))
    #expect(!FileManager.default.fileExists(atPath: folder.file("keys/b.secret")))
    #expect(try text(folder.file("keys/b.public")) == "mine\n")
    #expect(try !text(folder.file("keys/allowed")).contains("client b"))
  }

  @Test("does not add to a list that nodes would refuse, and names its line")
  func badList() throws {
    let folder = try TemporaryFolder()
    _ = try Binary.run(["keys", "add", "a", "--role", "client", "--cluster", folder.path])
    let list = try text(folder.file("keys/allowed")) + "nonsense"
    try write(list, folder.file("keys/allowed"))
    let result = try Binary.run(["keys", "add", "b", "--role", "client", "--cluster", folder.path])
    #expect(result.exit == .code(2))
    #expect(result.errors.contains("keys/allowed:3: 1 words; a line is: KEY ROLE NODE"))
    #expect(try text(folder.file("keys/allowed")) == list)
    #expect(!FileManager.default.fileExists(atPath: folder.file("keys/b.secret")))
  }

  @Test("ends a last line that somebody left open")
  func openLine() throws {
    let folder = try TemporaryFolder()
    _ = try Binary.run(["keys", "add", "a", "--role", "client", "--cluster", folder.path])
    try write(String(text(folder.file("keys/allowed")).dropLast()), folder.file("keys/allowed"))
    _ = try Binary.run(["keys", "add", "b", "--role", "observer", "--cluster", folder.path])
    let lines = try text(folder.file("keys/allowed")).split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines.last?.hasSuffix(" observer b") == true)
  }

  @Test("lists who is let in, and whose secret is here")
  func list() throws {
    let folder = try TemporaryFolder()
    for (node, role) in [("worker-1", "worker"), ("ops", "operator")] {
      _ = try Binary.run(["keys", "add", node, "--role", role, "--cluster", folder.path])
    }
    try FileManager.default.removeItem(atPath: folder.file("keys/ops.secret"))
    let json = try Binary.run(["keys", "list", "--json", "--cluster", folder.path]).output
    let entries = try JSONDecoder().decode([Entry].self, from: Data(json.utf8))
    #expect(entries.map(\.node) == ["ops", "worker-1"])
    #expect(entries.map(\.role) == ["operator", "worker"])
    #expect(entries.map(\.secret_is_here) == [false, true])
    let table = try Binary.run(
      ["keys", "list"],
      environment: [
        "GRANARY_CLUSTER_FOLDER": folder.path
      ]
    ).output
    #expect(table.contains("ops       operator"))
    #expect(table.contains("elsewhere"))
  }

  private struct Entry: Decodable {
    var node: String
    var role: String
    var secret_is_here: Bool
  }

  @Test("refuses what is no name or no role, and what makes no sense together")
  func refusals() throws {
    for name in ["a b", "../x"] {
      for words in [["add", name, "--role", "worker"], ["revoke", name]] {
        #expect(
          try Binary.run(["keys"] + words + ["--cluster", "/dev/null/x"]).errors
            == "granary: \"\(name)\" is no name of a node; use 1 to 64 letters, digits, . - _\n")
      }
    }
    #expect(
      try Binary.refusal("keys", "add", "a", "--role", "wurker").hasSuffix("did you mean worker?\n")
    )
    #expect(
      try Binary.refusal("keys", "add", "a")
        == "granary: `granary keys` needs --role ROLE; `granary keys --help` says more\n")
    #expect(
      try Binary.refusal("keys", "revoke")
        == "granary: `granary keys` needs NAME; `granary keys --help` says more\n")
    for words in [
      ["a"], ["list", "a"], ["revoke", "a", "--role", "client"], ["list", "--force"],
    ] {
      #expect(
        try Binary.run(["keys"] + words).errors
          == "granary: say `granary keys list`, `granary keys add NAME --role ROLE`, "
          + "`granary keys rotate NAME` or `granary keys revoke NAME`\n")
    }
  }

  @Test("takes a key away: its lines, its files, and nothing else; the name can have another")
  func revoke() throws {
    let folder = try TemporaryFolder()
    for (node, role) in [("ada", "operator"), ("bob", "operator"), ("adam", "client")] {
      _ = try Binary.run(["keys", "add", node, "--role", role, "--cluster", folder.path])
    }
    let list = try text(folder.file("keys/allowed"))
    let result = try Binary.run(["keys", "revoke", "ada", "--cluster", folder.path])
    #expect(result.exit == .code(0))
    #expect(result.output.hasPrefix("operator ada, public key "))
    let left = list.split(separator: "\n").filter { !$0.hasSuffix(" operator ada") }
    #expect(try text(folder.file("keys/allowed")).split(separator: "\n") == left)
    for name in ["ada.secret", "ada.public"] {
      #expect(!FileManager.default.fileExists(atPath: folder.file("keys/\(name)")))
    }
    let again = try Binary.run(["keys", "revoke", "ada", "--cluster", folder.path])
    #expect(again.exit == .code(2))
    #expect(again.errors.contains("has no key of ada; it has adam, bob"))
    let new = try Binary.run(["keys", "add", "ada", "--role", "client", "--cluster", folder.path])
    #expect(new.exit == .code(0))
  }

  @Test("spares the last operator's key and the coordinator's, unless it is told to")
  func spared() throws {
    let folder = try TemporaryFolder()
    for (node, role) in [("ada", "operator"), ("coordinator", "coordinator")] {
      _ = try Binary.run(["keys", "add", node, "--role", role, "--cluster", folder.path])
    }
    let list = try text(folder.file("keys/allowed"))
    for (node, word) in [("ada", "the last operator"), ("coordinator", "own key")] {
      let result = try Binary.run(["keys", "revoke", node, "--cluster", folder.path])
      #expect(result.exit == .code(2))
      #expect(result.errors.contains(word), "\(result.errors)")
      #expect(try text(folder.file("keys/allowed")) == list)
      #expect(FileManager.default.fileExists(atPath: folder.file("keys/\(node).secret")))
    }
    let forced = try Binary.run(["keys", "revoke", "ada", "--force", "--cluster", folder.path])
    #expect(forced.exit == .code(0))
  }

  @Test("leaves a line before and a line after each change in the folder's audit")
  func audit() throws {
    let folder = try TemporaryFolder()
    for words in [
      ["add", "a", "--role", "client"], ["add", "a", "--role", "client"], ["revoke", "a"],
    ] {
      _ = try Binary.run(["keys"] + words + ["--cluster", folder.path])
    }
    let lines = try text(folder.file("audit.log")).split(separator: "\n").map { line in
      try JSONDecoder().decode(Line.self, from: Data(line.utf8))
    }
    #expect(
      lines.map(\.result) == [
        "begun", "accepted", "begun", "refused", "begun", "accepted",
      ])
    #expect(lines.allSatisfy { $0.role == "file" && !$0.node.isEmpty && $0.time.hasSuffix("Z") })
    #expect(lines[1].what.hasPrefix("key added: client a ("))
    #expect(lines[3].reason.contains("exists"))
    #expect(lines[5].what.hasPrefix("key revoked: client a ("))
    #expect(try mode(folder.file("audit.log")) == "600")
  }

  @Test("changes nothing where the audit cannot be written")
  func noAudit() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(
      atPath: folder.file("audit.log"), withIntermediateDirectories: false)
    let result = try Binary.run(["keys", "add", "a", "--role", "client", "--cluster", folder.path])
    #expect(result.exit == .code(6))
    #expect(result.errors.contains("audit.log cannot be written"), "\(result.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder.file("keys/a.secret")))
  }

  private struct Line: Decodable {
    var time: String, role: String, node: String, what: String, result: String, reason: String
  }

  private func secret(_ node: String, in cluster: String) throws -> String {
    try text("\(cluster)/keys/\(node).secret").split(separator: "\n").last.map(String.init) ?? ""
  }
}
