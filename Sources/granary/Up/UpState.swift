import FoundationEssentials
import Settings

/// What `granary scale` asks of the `granary up` that runs in a folder.
struct ScaleRequest: Codable, Equatable {
  /// Tells this request from every other.
  var token: String
  /// How many workers there are to be.
  var workers: Int

  /// The most workers on one machine; more are a mistake.
  static let mostWorkers = 64

  static func path(_ folder: ClusterFolder) -> String { "\(folder.path)/up.scale" }

  /// The request that lies there; nothing where there is none, or none that makes sense.
  init?(in folder: ClusterFolder) {
    guard let request: ScaleRequest = UpState.read(Self.path(folder)),
      (1...Self.mostWorkers).contains(request.workers)
    else { return nil }
    self = request
  }

  init(workers: Int) {
    token = String(UInt64.random(in: 1...UInt64.max), radix: 16)
    self.workers = workers
  }

  func write(in folder: ClusterFolder) throws(GranaryError) {
    try UpState.write(self, to: Self.path(folder))
  }
}

/// How a cluster on this machine stands, as `granary up` writes it for `granary scale` and for the
/// next `granary up`.
struct UpState: Codable, Equatable {
  /// A worker, by its number.
  struct Worker: Codable, Equatable {
    /// Where it is.
    enum Phase: String, Codable { case starting, serving, leaving, gone }
    var name: String
    var phase: Phase
  }

  /// The process of `up`.
  var process: Int32
  /// How many workers there are to be.
  var wanted: Int
  /// The workers that have data here or are about to.
  var workers: [Worker]
  /// The request that is being carried out, or was.
  var token: String?
  /// What keeps it from being done, if anything does.
  var trouble: String?

  static func path(_ folder: ClusterFolder) -> String { "\(folder.path)/up.state" }

  /// Whether there are as many workers as wanted, and all of them serve.
  var isSettled: Bool {
    workers.count == wanted && workers.allSatisfy { $0.phase == .serving }
  }

  init(process: Int32, wanted: Int, workers: [Worker], token: String?, trouble: String?) {
    self.process = process
    self.wanted = wanted
    self.workers = workers
    self.token = token
    self.trouble = trouble
  }

  init?(in folder: ClusterFolder) {
    guard let state: UpState = Self.read(Self.path(folder)) else { return nil }
    self = state
  }

  func write(in folder: ClusterFolder) throws(GranaryError) {
    try Self.write(self, to: Self.path(folder))
  }

  fileprivate static func read<Value: Decodable>(_ path: String) -> Value? {
    guard let text = TextFile.head(path) else { return nil }
    return try? JSONDecoder().decode(Value.self, from: Data(text.utf8))
  }

  /// Whole or not at all: whoever reads sees the file before or the file after.
  fileprivate static func write(_ value: some Encodable, to path: String) throws(GranaryError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    do {
      try encoder.encode(value).write(to: URL(filePath: path), options: .atomic)
    } catch {
      throw .file(path: path, reason: "\(error)")
    }
  }
}
