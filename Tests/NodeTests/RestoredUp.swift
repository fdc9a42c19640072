import Coordination
import FoundationEssentials
import Glibc
import TestSupport
import Testing
import Threading

@testable import granary

/// A cluster that was made of a backup, as `granary up` runs it.
final class RestoredUp {
  private let path: String
  private let log: String
  private let process: ChildProcess

  /// Starts what was restored into the folder at `path`.
  init(_ path: String, settings: [String] = []) async throws {
    self.path = path
    log = "\(path)/up.log"
    var command = Binary.command(
      [ParentOption.word(getpid()), "up", "--cluster", path]
        + (TestCluster.settings + settings).flatMap { ["--set", $0] })
    command.standardOutput = .file(log)
    command.standardError = .file(log)
    process = try Nursery.start(command)
    let (log, process) = (log, process)
    let isReady = await eventually {
      try contents(log).contains("ready: ") || !process.isRunning
    }
    guard isReady, process.isRunning else {
      throw ClusterFailure(description: "does not start: \((try? contents(log)) ?? "")")
    }
  }

  func run(_ words: [String]) throws -> String {
    let result = try Binary.run(words + ["--cluster", path])
    guard result.exit == .code(0) else {
      throw ClusterFailure(description: "\(words): \(result.errors)")
    }
    return result.output
  }

  /// A whole table as text.
  func export(_ table: String) throws -> String {
    let file = "\(path)/export.csv"
    _ = try run(["export", table, "--output", file])
    return try contents(file)
  }

  func status() throws -> ClusterStatus {
    let text = try run(["status", "--json"])
    return try JSONDecoder().decode(ClusterStatus.self, from: Data(text.utf8))
  }

  deinit {
    process.kill(SIGINT)
    if process.wait(timeoutMilliseconds: 10_000) == nil { process.kill(SIGKILL) }
    process.wait()
  }
}
