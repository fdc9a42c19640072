/// What a key may do; the allow-list says which key has which.
public enum Role: String, Sendable, CaseIterable, Codable {
  /// Sees everything and changes nothing.
  case observer
  /// Sends rows too.
  case client
  /// Changes what is everybody's too: runs and the planning document.
  case `operator`
  /// Owns shards.
  case worker
  /// Owns placement and runs.
  case coordinator
}

/// Who may say something, and what it is called in a refusal.
public struct Permission: Sendable, Equatable {
  /// The roles, the least first.
  public var roles: [Role]
  /// What is done by saying it.
  public var deed: String

  init(_ roles: [Role], _ deed: String) {
    self.roles = roles
    self.deed = deed
  }

  /// Whether a role is enough.
  public func covers(_ role: Role) -> Bool { roles.contains(role) }

  /// Why a key is refused: what is needed, what it has, and the way out.
  public func refusal(of role: Role, _ name: String) -> Refusal {
    var needed = roles.map(\.rawValue).joined(separator: ", ")
    if let comma = needed.lastIndex(of: ",") {
      needed.replaceSubrange(comma...comma, with: " or")
    }
    var reason = "\(deed) needs the role \(needed); this key is \(role.rawValue) \(name)"
    switch roles.first {
    case .observer, .client, .operator:
      let least = roles.first?.rawValue ?? ""
      reason += "; use --as NAME with such a key, or let an operator run "
      reason += "`granary keys add NAME --role \(least)`"
    case .worker: reason += "; `granary keys add NAME --role worker` makes a worker's key"
    case .coordinator, nil: reason += "; only the coordinator itself says that"
    }
    return Refusal(.forbidden, reason)
  }
}

extension Message {
  private static let readers: [Role] = [.observer, .client, .operator]

  /// Who may say it, to whomever. `cluster/PROTOCOL.md` argues for the lines, and a test compares.
  public var permission: Permission {
    switch self {
    case .hello, .heartbeat: Permission([.worker], "being a worker of the cluster")
    case .surveyReport, .unitReport, .workFailure, .teachReport, .roundAnswers:
      Permission([.worker], "reporting work")
    case .welcome, .orders, .pulse, .survey, .unitOrder, .teachOrder, .network, .roundQuestion:
      Permission([.coordinator], "directing workers")
    case .map, .runStatus, .status, .document, .plan, .audit, .nodeAnswer, .records:
      Permission([.coordinator], "answering for the cluster")
    case .batchAnswer, .forecasts, .rows, .explanation, .quarantineAnswer, .cutAnswer:
      Permission([.worker], "answering for a shard")
    case .mapRequest: Permission(Self.readers + [.worker, .coordinator], "asking where shards are")
    case .statusRequest: Permission(Self.readers, "asking how the cluster is")
    case .runQuery, .planRequest: Permission(Self.readers, "following runs")
    case .documentRequest: Permission(Self.readers, "reading the planning document")
    case .auditRequest: Permission(Self.readers, "reading the audit")
    case .runRequest: Permission([.operator], "starting a run")
    case .runCancel: Permission([.operator], "cancelling a run")
    case .quarantineChange:
      Permission([.operator], "changing what is in quarantine")
    case .recordsRequest, .cutRequest, .cutRowsRequest:
      Permission([.operator], "making a backup")
    case .nodeChange: Permission([.operator], "moving shards between workers")
    case .append, .appended, .unitOffer: Permission([.worker], "copying the log of a shard")
    case .documentChange:
      Permission([.operator], "changing warehouses, rules, limits, events or lanes for all SKUs")
    case .batch: Permission([.client, .operator], "sending rows")
    case .get, .explainRequest: Permission(Self.readers, "reading forecasts")
    case .rowsRequest(let request):
      switch request.scope {
      case .table, .sku, .digest: Permission(Self.readers, "reading results")
      case .copy, .sample: Permission([.worker], "copying a shard")
      }
    case .refusal: Permission(Role.allCases, "refusing")
    }
  }
}
