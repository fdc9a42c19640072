/// Which workers a local cluster has and is to have: a pure value.
///
/// | a worker is | becomes | when                                                             |
/// |-------------|---------|------------------------------------------------------------------|
/// | kept        | leaving | fewer are wanted: it is asked to hand its shards over            |
/// | leaving     | gone    | it ended, and the cluster has nothing there                      |
/// | leaving     | kept    | it is wanted again                                               |
///
/// The ones added last leave first, and a worker is gone only when the cluster says that it has
/// nothing any more: one that ended before is started again.
struct WorkerRoster: Equatable {
  /// A worker of the cluster.
  struct Entry: Equatable {
    var name: String
    var isLeaving = false
  }

  /// The workers in the order of their numbers.
  private(set) var entries: [Entry]
  /// How many there are to be.
  private(set) var wanted: Int

  /// Those that an earlier time left with data, and as many more as are wanted.
  init(wanted: Int, known: [String] = []) {
    self.wanted = wanted
    entries = Set(known.filter { Self.number($0) != nil })
      .sorted { (Self.number($0) ?? 0) < (Self.number($1) ?? 0) }
      .map { Entry(name: $0) }
    _ = scale(to: wanted)
  }

  /// Goes for another number; the names of workers that are to be started.
  mutating func scale(to count: Int) -> [String] {
    wanted = count
    mark()
    var new: [String] = []
    var number = 1
    while entries.count(where: { !$0.isLeaving }) < count {
      let name = Self.name(number)
      number += 1
      if entries.contains(where: { $0.name == name }) { continue }
      entries.append(Entry(name: name))
      new.append(name)
    }
    entries.sort { (Self.number($0.name) ?? 0) < (Self.number($1.name) ?? 0) }
    return new
  }

  /// Whether a worker is asked to leave.
  func isLeaving(_ name: String) -> Bool {
    entries.first { $0.name == name }?.isLeaving ?? false
  }

  /// A worker has nothing any more and is not there. One that was to stay was told to leave by
  /// somebody else, who does not want another in its place.
  mutating func remove(_ name: String) {
    guard let index = entries.firstIndex(where: { $0.name == name }) else { return }
    if !entries[index].isLeaving { wanted -= 1 }
    entries.remove(at: index)
  }

  /// Those beyond the wanted number leave, the last ones first.
  private mutating func mark() {
    for index in entries.indices { entries[index].isLeaving = index >= wanted }
  }

  static func name(_ number: Int) -> String { "worker-\(number)" }

  private static func number(_ name: String) -> Int? {
    name.hasPrefix("worker-") ? Int(name.dropFirst("worker-".count)) : nil
  }
}
