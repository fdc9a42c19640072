import CommandLineArguments
import Messaging

/// Why a verb could not do its work, where no other room has an error for it.
enum GranaryError: ExitCodeProviding, Equatable, CustomStringConvertible {
  /// A folder that cannot be made.
  case folder(path: String, reason: String)
  /// A file that cannot be written.
  case file(path: String, reason: String)
  /// Another `granary up` runs in the folder.
  case clusterIsUp(folder: String, process: Int32?)
  /// A process of the cluster that ends again and again.
  case keepsEnding(name: String, log: String, lastLine: String?)
  /// A name that no node can have.
  case badNodeName(String)
  /// No key of that name.
  case noSuchKey(String, list: String, known: [String])
  /// A key without which nobody could mend what was done.
  case spared(node: String, isCoordinator: Bool)
  /// A key that was to be taken off the list alone, and is the one that its node has.
  case keyInUse(node: String, key: String)
  /// A key that is to be let in, and is somebody else's.
  case keyTaken(String, by: Identity, list: String)
  /// The change of a key that others are not ready for; the sentence says who, and what to do.
  case keyNotChanged(String)
  /// A change of a worker's place that the coordinator did not make, in its words.
  case nodeChangeRefused(String)
  /// A cluster that `granary up` does not run here, or that does not do as it is told; what to do.
  case notLocal(String)
  /// A question that no number of workers answers, or nothing yet.
  case noAnswer(String)
  /// A table of the user's own where a sample was to be written.
  case foreignTable(String)
  /// Records in etcd, in a program that knows none; who asked for them.
  case builtWithoutEtcd(String)
  /// Data of a node where a backup was to be restored.
  case dataInTheWay(String)
  /// A restore that was stopped by a signal.
  case restoreInterrupted
  /// The work was stopped by a signal.
  case interrupted(output: String)

  var description: String {
    switch self {
    case .folder(let path, let reason):
      "\(path): the folder cannot be made: \(reason); choose another, or make it yourself"
    case .file(let path, let reason):
      "\(path): cannot be written: \(reason); choose another file, or free some space"
    case .clusterIsUp(let folder, let process):
      "\(folder): `granary up` runs there already"
        + (process.map { " as process \($0); stop it with kill -INT \($0)" } ?? "; stop it")
        + ", or choose another folder with --cluster"
    case .keepsEnding(let name, let log, let lastLine):
      "\(name) keeps ending right after its start; \(log) says why"
        + (lastLine.map { ", at last: \($0)" } ?? "")
    case .badNodeName(let name):
      "\"\(name)\" is no name of a node; use 1 to 64 letters, digits, . - _"
    case .noSuchKey(let name, let list, let known):
      "\(list) has no key of \(name); it has \(known.joined(separator: ", "))"
    case .spared(let name, true):
      "\(name) is the coordinator's own key: without it the cluster ends; --force revokes it"
    case .spared(let name, false):
      "\(name) is the last operator: nobody could start runs any more; make another with "
        + "`granary keys add NAME --role operator`, or revoke it with --force"
    case .keyInUse(let node, let key):
      "\(key)... is the key that \(node) has here: `granary keys revoke \(node)` takes it away "
        + "with its files, and `granary keys rotate \(node)` changes it; --force takes the line"
    case .keyTaken(let key, let identity, let list):
      "\(key)... is in \(list) as the key of \(identity.role) \(identity.node), and stays it: "
        + "`granary keys revoke \(identity.node) --key=KEY` takes it off first"
    case .keyNotChanged(let sentence), .nodeChangeRefused(let sentence), .notLocal(let sentence),
      .noAnswer(let sentence):
      sentence
    case .foreignTable(let path):
      "\(path) is there and is no sample, and would be written over; name another folder with "
        + "--output"
    case .builtWithoutEtcd(let origin):
      "coordinator.store is etcd (\(origin)), and this program was built without it: build one "
        + "with `ops/build --etcd`, or use sqlite"
    case .dataInTheWay(let path):
      "\(path) is there, and is not of this restore; nothing was written: move it away, or name "
        + "another folder with --cluster"
    case .restoreInterrupted:
      "interrupted; what is whole stays, and the same command goes on with the rest"
    case .interrupted("-"): "interrupted; what was written to standard output is incomplete"
    case .interrupted(let output): "interrupted; \(output) was not written"
    }
  }

  var exitCode: ExitCode {
    switch self {
    case .folder, .file: .storage
    case .clusterIsUp, .keepsEnding, .nodeChangeRefused, .noAnswer, .keyNotChanged: .failure
    case .notLocal: .unreachable
    case .badNodeName, .noSuchKey, .keyInUse, .keyTaken, .spared, .foreignTable, .builtWithoutEtcd,
      .dataInTheWay:
      .usage
    case .interrupted, .restoreInterrupted: .interrupted
    }
  }
}
