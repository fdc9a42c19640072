import WireProtocol

/// Links that carry nothing for a while: from some processes to some others, or both ways between
/// them. Processes are bits.
struct Cut {
  /// The shapes of partitions.
  enum Shape: String, CaseIterable {
    case workerFromAll, workerFromCoordinator, workerFromWorkers, workerFromClients
    case halves, workersFromEachOther, pair, clientsFromSome, coordinatorFromWorkers
  }

  var number = 0
  var shape: Shape
  var from: UInt64, to: UInt64
  var isBothWays: Bool

  func stops(_ sender: UInt64, _ receiver: UInt64) -> Bool {
    (from & sender != 0 && to & receiver != 0)
      || (isBothWays && from & receiver != 0 && to & sender != 0)
  }

  static let coordinator: UInt64 = 1
  static let allWorkers: UInt64 = 0xFF_FFFF_FFFE
  static let allClients: UInt64 = ~allWorkers & ~1
  static func worker(_ index: Int) -> UInt64 { 2 << UInt64(index % 39) }
  static func client(_ index: Int) -> UInt64 { 1 << UInt64(40 + index % 24) }
}

extension Cut {
  func touches(_ bit: UInt64) -> Bool { (from | to) & bit != 0 }
}
