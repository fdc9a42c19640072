import FoundationEssentials

/// Which member of the lab's etcd leads it.
struct EtcdLeader: Sendable {
  /// What `etcdctl endpoint status` says of a member.
  struct Answer: Decodable {
    struct Status: Decodable {
      struct Header: Decodable { var member_id: UInt64 }
      var header: Header
      var leader: UInt64?
    }
    var Endpoint: String
    var Status: Status
  }

  private let recipe: Recipe

  init(_ recipe: Recipe) { self.recipe = recipe }

  /// The host of the member that leads; nothing where none does.
  func host() throws -> Int? {
    // Members that do not answer make it fail, and are none that lead.
    let answers = Self.answers(
      try Shell.run("\(recipe.control) endpoint status --write-out json 2>/dev/null || true"))
    return Self.leader(answers).flatMap { Self.host(of: $0.Endpoint) }
  }

  /// Has the member on a host lead; whether it does.
  func move(to host: Int) throws -> Bool {
    let answers = Self.answers(
      try Shell.run("\(recipe.control) endpoint status --write-out json 2>/dev/null || true"))
    guard let target = answers.first(where: { Self.host(of: $0.Endpoint) == host }) else {
      return false
    }
    let id = target.Status.header.member_id
    if Self.leader(answers)?.Status.header.member_id == id { return true }
    try Shell.run("\(recipe.control) move-leader \(String(id, radix: 16)) >/dev/null 2>&1 || true")
    return try self.host() == host
  }

  static func answers(_ text: String) -> [Answer] {
    (try? JSONDecoder().decode([Answer].self, from: Data(text.utf8))) ?? []
  }

  /// The one that leads, and of which the others say so: one that was away may think of earlier.
  static func leader(_ answers: [Answer]) -> Answer? {
    answers.first { answer in
      let id = answer.Status.header.member_id
      return answers.count { $0.Status.leader == id } * 2 > answers.count
    }
  }

  /// The host that an endpoint is on.
  private static func host(of endpoint: String) -> Int? {
    (1...Network.hostCount).first { endpoint.contains("//\(Network.address($0)):") }
  }
}
