public import ClusterStore
import Coordination
import Glibc
public import Storage
import Threading
import WireProtocol

/// A restore into records that several coordinators share. Whoever writes them has the seat, so no
/// coordinator leads meanwhile.
extension CoordinatorRestore {
  /// How long somebody who has the seat is waited for: longer than the seat of a dead one is kept.
  private static let seatMilliseconds: Int64 = 12_000
  private static let askMicroseconds: UInt32 = 250_000
  /// How many records are written before it is said again that somebody is alive.
  private static let recordsAtOnce = 64

  /// Whether the shared records are of that cluster already; what is of another is an error.
  public func isDone(
    sharedBy seat: any LeaderSeat,
    open: (SeatTerm) throws(StorageError) -> any ClusterStore
  ) throws -> Bool {
    let wanted = try records()
    return try holding(seat) { term in
      let found = try Self.values(of: open(term))
      if cluster.isIn(found) { return true }
      try Self.checkOnly(wanted, in: found)
      return false
    }
  }

  /// Writes the records that are missing. With `isVerified` all are read back and compared.
  public func write(
    sharedBy seat: any LeaderSeat,
    open: (SeatTerm) throws(StorageError) -> any ClusterStore, isVerified: Bool
  ) throws {
    let wanted = try records()
    try holding(seat) { term in
      let store = try open(term)
      let found = try Self.values(of: store)
      try Self.checkOnly(wanted, in: found)
      let missing = wanted.filter { found[$0.key] == nil }
      for first in stride(from: 0, to: missing.count, by: Self.recordsAtOnce) {
        let part = missing[first..<min(missing.count, first + Self.recordsAtOnce)]
        _ = try store.make(part.map { Change($0.key, to: $0.value, expected: 0) })
        _ = try seat.renew(term)
      }
      if isVerified { try Self.compare(try Self.values(of: store), wanted) }
    }
  }

  private func holding<Answer>(
    _ seat: any LeaderSeat, _ body: (SeatTerm) throws -> Answer
  ) throws -> Answer {
    guard let name = NodeName("restore") else {
      throw CoordinatorError("restore is no name of a node")
    }
    let card = PeerAddress.seatCard(of: [PeerAddress(node: name, endpoint: "", publicKey: "")])
    let clock = MonotonicClock()
    let start = clock.now
    defer { seat.resign() }
    while true {
      switch try seat.claim(card) {
      case .taken(let term, _): return try body(term)
      case .held(let bytes):
        guard clock.now - start < Self.seatMilliseconds else {
          let holder = PeerAddress.list(seatCard: bytes).first?.node.text ?? "somebody"
          throw CoordinatorError(
            "\(holder) leads a cluster with these records; nothing was written: stop every "
              + "coordinator that shares them, or name others with coordinator.etcd.prefix")
        }
        usleep(Self.askMicroseconds)
      }
    }
  }

  private static func values(
    of store: any ClusterStore
  ) throws(StorageError) -> [String: [UInt8]] {
    let found = try store.list(prefix: "")
    return Dictionary(uniqueKeysWithValues: found.map { ($0.key, $0.entry.value) })
  }

  /// What is there must be of a restore of the same that was interrupted.
  private static func checkOnly(
    _ wanted: [(key: String, value: [UInt8])], in found: [String: [UInt8]]
  ) throws {
    let known = Dictionary(uniqueKeysWithValues: wanted.map { ($0.key, $0.value) })
    guard found.contains(where: { known[$0.key] != $0.value }) else { return }
    throw CoordinatorError(
      "the records that the coordinators share are another cluster's; nothing was written: name "
        + "a place for the new ones with coordinator.etcd.prefix")
  }

  private static func compare(
    _ found: [String: [UInt8]], _ wanted: [(key: String, value: [UInt8])]
  ) throws {
    guard let other = wanted.first(where: { found[$0.key] != $0.value }) else { return }
    throw CoordinatorError(
      "the record \(other.key) was restored and is not as the backup has it; look at the logs of "
        + "whoever keeps the records, and restore again", isStorage: true)
  }
}
