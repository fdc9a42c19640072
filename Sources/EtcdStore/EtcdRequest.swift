import FoundationEssentials

/// Questions to etcd, as its JSON gateway takes them.
///
/// It ignores fields that it does not know, and a condition with a misspelt field guards nothing:
/// requests are made of these types only, and a test holds their JSON to the letter. The names are
/// those of etcd's rpc.proto.
enum EtcdRequest {
  struct Range: Encodable, Equatable {
    var key: Data
    var rangeEnd: Data?
    var limit: NumberText<Int64>?
    var revision: NumberText<Int64>?
    var keysOnly: Bool?
    /// Whether the member that is asked may answer by itself, with what it has: it may be behind.
    var isSerializable: Bool?

    enum CodingKeys: String, CodingKey {
      case key, limit, revision
      case isSerializable = "serializable"
      case rangeEnd = "range_end"
      case keysOnly = "keys_only"
    }

    init(_ key: [UInt8], keysOnly: Bool = false, at revision: Int64? = nil) {
      self.key = Data(key)
      self.keysOnly = keysOnly ? true : nil
      self.revision = revision.map(NumberText.init)
    }

    init(from first: [UInt8], to end: [UInt8], limit: Int, at revision: Int64?) {
      self.init(first, at: revision)
      rangeEnd = Data(end)
      self.limit = NumberText(Int64(limit))
    }
  }

  struct Put: Encodable, Equatable {
    var key: Data
    var value: Data
    var lease: NumberText<Int64>?

    init(_ key: [UInt8], _ value: [UInt8], lease: Int64? = nil) {
      self.key = Data(key)
      self.value = Data(value)
      self.lease = lease.map(NumberText.init)
    }
  }

  struct Delete: Encodable, Equatable {
    var key: Data

    init(_ key: [UInt8]) { self.key = Data(key) }
  }

  /// What must hold of a key: that it was made, or changed last, at this revision; 0 where it must
  /// be absent.
  struct Condition: Encodable, Equatable {
    var result = "EQUAL"
    var target: String
    var key: Data
    var created: NumberText<Int64>?
    var changed: NumberText<Int64>?

    enum CodingKeys: String, CodingKey {
      case result, target, key
      case created = "create_revision"
      case changed = "mod_revision"
    }

    static func created(_ key: [UInt8], at revision: Int64) -> Condition {
      Condition(target: "CREATE", key: Data(key), created: NumberText(revision))
    }

    static func changed(_ key: [UInt8], at revision: Int64) -> Condition {
      Condition(target: "MOD", key: Data(key), changed: NumberText(revision))
    }
  }

  /// One step of a transaction.
  enum Step: Encodable, Equatable {
    case range(Range)
    case put(Put)
    case delete(Delete)
    case transaction(Transaction)

    enum CodingKeys: String, CodingKey {
      case range = "request_range"
      case put = "request_put"
      case delete = "request_delete_range"
      case transaction = "request_txn"
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      switch self {
      case .range(let range): try container.encode(range, forKey: .range)
      case .put(let put): try container.encode(put, forKey: .put)
      case .delete(let delete): try container.encode(delete, forKey: .delete)
      case .transaction(let transaction): try container.encode(transaction, forKey: .transaction)
      }
    }
  }

  /// Where all conditions hold, the first steps are taken, otherwise the others; all at once.
  struct Transaction: Encodable, Equatable {
    var conditions: [Condition]
    var steps: [Step]
    var otherwise: [Step]

    enum CodingKeys: String, CodingKey {
      case conditions = "compare"
      case steps = "success"
      case otherwise = "failure"
    }
  }

  struct Grant: Encodable, Equatable {
    var seconds: NumberText<Int64>

    enum CodingKeys: String, CodingKey { case seconds = "TTL" }
  }

  /// To keep a lease alive, or to end it.
  struct Lease: Encodable, Equatable {
    var id: NumberText<Int64>

    enum CodingKeys: String, CodingKey { case id = "ID" }

    init(_ id: Int64) { self.id = NumberText(id) }
  }
}
