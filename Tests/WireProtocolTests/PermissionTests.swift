import FuzzTargets
import Testing
import WireProtocol

@Suite("Who may say what")
struct PermissionTests {
  private let document: ProtocolDocument
  private let messages: [Message]

  init() throws {
    document = try ProtocolDocument()
    messages = try MessageSamples.all(try #require(MessageSamples.node))
  }

  @Test("every message may be said by the roles that the document gives it, and by no other")
  func table() throws {
    var listed: [String: [String]] = [:]
    let head = try #require(document.rows.first { $0.first == "Message" && $0.count == 6 })
    for row in document.rows where row.count == 6 && row != head && !row[0].hasPrefix("-") {
      let roles = zip(head, row).filter { $0.1 == "x" }.map(\.0)
      for name in Self.names(row[0]) { listed[name] = roles.sorted() }
    }
    var said: Set<String> = []
    for message in messages {
      if case .rowsRequest(let request) = message, request.scope.isOfWorkers { continue }
      let name = String(String(describing: message).prefix { $0.isLetter })
      said.insert(name)
      let roles = Role.allCases.filter(message.permission.covers).map(\.rawValue).sorted()
      #expect(listed[name] == roles, "\(name)")
    }
    #expect(said == Set(listed.keys))
  }

  @Test("a copy and a sample are the workers' to ask for")
  func scopes() {
    for scope in [RowsRequest.Scope.copy(session: 1), .sample(threshold: 1)] {
      let request = RowsRequest(scope: scope, shard: 0, epoch: 1, cursor: [])
      #expect(Message.rowsRequest(request).permission.roles == [.worker])
    }
  }

  @Test("a refusal names what is needed, what the key has, and the way out")
  func words() {
    let refusal = Message.runRequest(
      RunRequest(token: 1, kind: .train, asOf: nil, settings: [])
    ).permission.refusal(of: .client, "planner-1")
    #expect(refusal.code == .forbidden)
    #expect(
      refusal.reason
        == "starting a run needs the role operator; this key is client planner-1; use --as NAME "
        + "with such a key, or let an operator run `granary keys add NAME --role operator`")
    let reading = Message.statusRequest.permission.refusal(of: .worker, "worker-1")
    #expect(reading.reason.contains("needs the role observer, client or operator; this key is"))
  }

  /// The messages that a cell names; those of a scope are another test's.
  private static func names(_ cell: String) -> [String] {
    var names: [String] = []
    for part in cell.split(separator: ",") {
      let words = part.split(separator: " ").map(String.init)
      if words.count == 1 || words.last == "table" { names.append(words[0]) }
    }
    return names
  }
}

extension RowsRequest.Scope {
  /// Whether workers ask for it, and clients do not.
  fileprivate var isOfWorkers: Bool {
    switch self {
    case .copy, .sample: true
    case .table, .sku, .digest: false
    }
  }
}
