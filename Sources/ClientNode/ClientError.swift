public import CommandLineArguments
public import Messaging
public import Tables
public import Threading
public import WireProtocol

/// What a client meets when a cluster cannot do what it was asked; each says what to do next.
public enum ClientError: ExitCodeProviding, Equatable, Sendable, CustomStringConvertible {
  /// No cluster was started in the folder, or it is another machine's.
  case noCluster(folder: String)
  /// The client's secret key is not there.
  case noKey(path: String)
  /// A key was named that is not there.
  case noSuchKey(String, folder: String, others: [String])
  /// Several keys have the role that is needed.
  case severalKeys([String], role: String, folder: String)
  /// A file of the cluster's folder that says nothing usable.
  case badFile(path: String, reason: String)
  /// A key that cannot be used, or a socket that cannot be had.
  case messaging(MessagingError)
  /// Nobody listens where the coordinator should.
  case nobodyListens(endpoint: String, file: String)
  /// A node does not have our key on its list.
  case keyRefused(node: String, keyFile: String, line: String)
  /// Somebody listens and hangs up: not the node that the key belongs to.
  case handshakeFailed(node: String, endpoint: String)
  /// Somebody is there and does not answer.
  case silent(node: String, seconds: Int, detail: String)
  /// A node refused a request.
  case refused(Refusal)
  /// An answer that makes no sense.
  case unexpected(node: String, what: String)
  /// Threads that cannot be had.
  case threading(ThreadingError)
  /// A table that cannot be read or written.
  case table(TableError)
  /// Input that was not taken, and why.
  case inputRefused(String)
  /// Rows that a worker could not store: which, where and what to do.
  case notStored(String)
  /// An input that has no name by which it could be known again.
  case unnamedInput(String)
  /// A run that ended without being done, and why.
  case runFailed(run: UInt64, reason: String)
  /// The user stopped it; the sentence says how to go on.
  case interrupted(String)

  /// The error in words.
  public var description: String {
    switch self {
    case .noCluster(let folder):
      "no cluster at \(folder): start one with `granary up`, or name its folder with --cluster"
    case .noKey(let path):
      "\(path) is not there, so nobody lets this client in: make it with "
        + "`granary keys add client --role client`, and take its line to the coordinator's machine"
    case .noSuchKey(let name, let folder, let others):
      "\(folder) has no secret key of \(name)"
        + (others.isEmpty ? "" : "; it has those of \(others.joined(separator: ", "))")
        + "; name another with --as, or make it with `granary keys add`"
    case .severalKeys(let names, let role, let folder):
      "\(folder) has several keys with the role \(role): \(names.joined(separator: ", ")); "
        + "say which with --as NAME or GRANARY_IDENTITY"
    case .badFile(let path, let reason): "\(path): \(reason)"
    case .messaging(let error): error.description
    case .nobodyListens(let endpoint, let file):
      "nobody listens at \(endpoint), which \(file) names: start the cluster with `granary up`, "
        + "or the coordinator with `granary coordinator`"
    case .keyRefused(let node, let keyFile, let line):
      "\(node) refused the key \(keyFile), which was never let in or is revoked: take another with "
        + "--as NAME, or add the line \"\(line)\" to keys/allowed on its machine"
    case .handshakeFailed(let node, let endpoint):
      "\(endpoint) broke off the handshake: \(node) is not there, or has another key by now; "
        + "copy its coordinator.endpoint here again"
    case .silent(let node, let seconds, let detail):
      "no answer from \(node) for \(seconds) s\(detail.isEmpty ? "" : ": \(detail)"); "
        + "look at its log, and run the same command again"
    case .refused(let refusal): refusal.reason
    case .unexpected(let node, let what):
      "\(node) answered \(what); are client and node of the same version?"
    case .threading(let error): error.description
    case .table(let error): error.description
    case .runFailed(let run, let reason): "run \(run) failed: \(reason)"
    case .notStored(let sentence):
      "\(sentence); what was acknowledged is kept, and the same command goes on from there"
    case .inputRefused(let sentence), .unnamedInput(let sentence), .interrupted(let sentence):
      sentence
    }
  }

  /// The exit status that says the same.
  public var exitCode: ExitCode {
    switch self {
    case .noCluster, .nobodyListens, .silent, .handshakeFailed: .unreachable
    case .keyRefused, .noKey: .unauthorised
    case .noSuchKey, .severalKeys: .usage
    case .refused(let refusal):
      switch refusal.code {
      case .forbidden, .foreign, .revoked: .unauthorised
      case .misplaced, .busy, .stale, .standby: .unreachable
      case .malformed, .notFound, .failed: .failure
      }
    case .messaging(let error): Self.exitCode(of: error)
    case .table(.unwritable), .notStored: .storage
    case .table(.unreadable), .table(.notRewindable), .table(.badColumns): .usage
    case .table, .inputRefused: .dataRefused
    case .unnamedInput: .usage
    case .interrupted: .interrupted
    case .badFile, .unexpected, .runFailed, .threading: .failure
    }
  }

  private static func exitCode(of error: MessagingError) -> ExitCode {
    switch error {
    case .exposedSecret, .foreignSecret, .keyRefused: .unauthorised
    case .nobodyListens, .cannotConnect, .handshakePending: .unreachable
    default: .failure
    }
  }
}
