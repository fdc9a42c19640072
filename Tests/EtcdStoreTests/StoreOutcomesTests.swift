import ClusterStore
import EtcdStore
import Storage
import TestSupport
import Testing

/// A store of records whose versions are told by how old they are: stores count differently.
private final class Subject {
  enum Guard: CaseIterable { case absent, current, former, never }

  enum Outcome: Equatable {
    case done
    /// Whether the version that was named is the one that the key is at.
    case conflict(absent: Bool, told: Bool)
  }

  let name: String
  private let store: any ClusterStore
  /// The versions that each key had, the last one last; 0 when it was deleted.
  private var versions: [String: [UInt64]] = [:]

  init(_ name: String, _ store: any ClusterStore) {
    self.name = name
    self.store = store
  }

  func make(_ wishes: [(key: String, value: [UInt8]?, guard: Guard)]) throws -> [Outcome] {
    let changes = wishes.map { wish in
      let had = versions[wish.key] ?? []
      let expected: UInt64 =
        switch wish.guard {
        case .absent: 0
        case .current: had.last ?? 0
        case .former: had.dropLast().last { $0 != 0 } ?? .max >> 1
        case .never: .max >> 2
        }
      return Change(wish.key, to: wish.value, expected: expected)
    }
    let outcomes = try store.make(changes)
    return zip(wishes, outcomes).map { wish, outcome in
      switch outcome {
      case .done(let version):
        versions[wish.key, default: []].append(wish.value == nil ? 0 : version)
        return .done
      case .conflict(let current):
        let last = versions[wish.key]?.last ?? 0
        return .conflict(absent: current == 0, told: current == last)
      }
    }
  }

  /// What is there, and whether every version is the one that was told when it was written.
  func contents(_ prefix: String) throws -> [String: [UInt8]?] {
    var found: [String: [UInt8]?] = [:]
    for (key, entry) in try store.list(prefix: prefix) {
      found[key] = entry.version == versions[key]?.last ? entry.value : nil
    }
    return found
  }

  func value(_ key: String) throws -> [UInt8]? { try store.get(key)?.value }
}

@Suite("Stores of records")
struct StoreOutcomesTests {
  private static let keys = ["a", "run/1", "run/10", "run/2", "ru", "\u{7F}é"]

  /// Puts the same chance changes to both and compares what becomes of them.
  private func compare(_ subject: Subject, seed: UInt64, rounds: Int) throws {
    let oracle = Subject("oracle", MemoryClusterStore())
    var random = SplitMix64(seed: seed)
    for round in 0..<rounds {
      // No key twice: what the second must expect is known only when the first is made.
      let keys = Self.keys.shuffled(using: &random).prefix(Int.random(in: 0...4, using: &random))
      let wishes = keys.map { key in
        let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in
          UInt8.random(in: .min ... .max, using: &random)
        }
        let isDeletion = Int.random(in: 0..<4, using: &random) == 0
        // Mostly the right version, or nothing would ever be made.
        let wanted: Subject.Guard =
          Bool.random(using: &random)
          ? .current : Subject.Guard.allCases.randomElement(using: &random) ?? .never
        return (key: key, value: isDeletion ? nil : bytes, guard: wanted)
      }
      let expected = try oracle.make(wishes)
      let found = try subject.make(wishes)
      #expect(found == expected, "\(subject.name), seed \(seed), round \(round): \(wishes)")
      for prefix in ["", "run/", "run/1", "\u{7F}", "nobody"] {
        #expect(
          try subject.contents(prefix) == oracle.contents(prefix),
          "\(subject.name), seed \(seed), round \(round), prefix \(prefix)")
      }
      let key = Self.keys.randomElement(using: &random) ?? ""
      #expect(try subject.value(key) == oracle.value(key))
    }
  }

  @Test("in SQLite do what one in memory does", arguments: [UInt64(1), 2, 3])
  func sqlite(seed: UInt64) throws {
    let folder = try TemporaryFolder()
    try compare(
      Subject("SQLite", try SQLiteClusterStore(folder: folder.path)), seed: seed, rounds: 80)
  }

  @Test(
    "in etcd do what one in memory does",
    .enabled(if: EtcdServer.isInstalled, "Debian's etcd-server is not installed"),
    arguments: [UInt64(1), 2, 3])
  func etcd(seed: UInt64) async throws {
    let server = try await EtcdServer.start()
    let holder = try Holder(server.patientAccess)
    try compare(Subject("etcd", try holder.store()), seed: seed, rounds: 80)
  }
}
