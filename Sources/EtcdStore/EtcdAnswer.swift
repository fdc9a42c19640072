import FoundationEssentials

/// Answers of etcd's JSON gateway. What is zero, false or empty is left out there; what is unknown
/// here is passed over.
enum EtcdAnswer {
  struct Header: Decodable {
    private var clusterText: NumberText<UInt64>?
    private var raftTermText: NumberText<UInt64>?
    private var revisionText: NumberText<Int64>?

    enum CodingKeys: String, CodingKey {
      case clusterText = "cluster_id"
      case raftTermText = "raft_term"
      case revisionText = "revision"
    }

    var cluster: UInt64 { clusterText?.value ?? 0 }
    /// Raised by every election among etcd's members.
    var raftTerm: UInt64 { raftTermText?.value ?? 0 }
    /// How many changes etcd had made by then.
    var revision: Int64 { revisionText?.value ?? 0 }
  }

  struct KeyValue: Decodable {
    private var keyData: Data?
    private var valueData: Data?
    private var createdText: NumberText<Int64>?
    private var changedText: NumberText<Int64>?
    private var leaseText: NumberText<Int64>?

    enum CodingKeys: String, CodingKey {
      case createdText = "create_revision"
      case changedText = "mod_revision"
      case keyData = "key"
      case valueData = "value"
      case leaseText = "lease"
    }

    var key: [UInt8] { keyData.map(Array.init) ?? [] }
    var value: [UInt8] { valueData.map(Array.init) ?? [] }
    var created: Int64 { createdText?.value ?? 0 }
    var changed: Int64 { changedText?.value ?? 0 }
    var lease: Int64 { leaseText?.value ?? 0 }
  }

  struct Range: Decodable, Headed {
    var header: Header?
    private var list: [KeyValue]?
    private var more: Bool?

    enum CodingKeys: String, CodingKey {
      case header, more
      case list = "kvs"
    }

    var entries: [KeyValue] { list ?? [] }
    var hasMore: Bool { more ?? false }
  }

  struct Step: Decodable {
    private var range: Range?
    /// What became of a transaction within another.
    var transaction: Transaction?

    enum CodingKeys: String, CodingKey {
      case range = "response_range"
      case transaction = "response_txn"
    }

    /// The entries that a step of a transaction read.
    var entries: [KeyValue] { range?.entries ?? [] }
  }

  struct Transaction: Decodable, Headed {
    var header: Header?
    private var succeeded: Bool?
    private var responses: [Step]?

    /// Whether the conditions held.
    var held: Bool { succeeded ?? false }
    var steps: [Step] { responses ?? [] }
  }

  struct Grant: Decodable, Headed {
    var header: Header?
    private var leaseText: NumberText<Int64>?
    private var secondsText: NumberText<Int64>?

    enum CodingKeys: String, CodingKey {
      case header
      case leaseText = "ID"
      case secondsText = "TTL"
    }

    var lease: Int64 { leaseText?.value ?? 0 }
    var seconds: Int64 { secondsText?.value ?? 0 }
  }

  /// The gateway makes a stream of this one.
  struct KeepAlive: Decodable, Headed {
    private var result: Grant?

    var header: Header? { result?.header }
    /// Nothing is left of a lease that is over.
    var seconds: Int64 { result?.seconds ?? 0 }
  }

  struct Revoke: Decodable, Headed { var header: Header? }

  struct Fault: Decodable {
    private var error: String?
    private var message: String?
    private var codeNumber: Int?

    enum CodingKeys: String, CodingKey {
      case error, message
      case codeNumber = "code"
    }

    var reason: String { message ?? error ?? "" }
    /// A code of gRPC.
    var code: Int { codeNumber ?? 0 }
  }
}

/// An answer that says which etcd it is from.
protocol Headed {
  var header: EtcdAnswer.Header? { get }
}
