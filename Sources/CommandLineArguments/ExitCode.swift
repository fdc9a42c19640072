/// What a verb's exit status says; `granary help exit-codes` prints this list.
///
/// A run that finished and put some rows or SKUs aside is a success with a note: what was put aside
/// is counted in the output, and `status` keeps showing it.
public enum ExitCode: Int32, CaseIterable, Sendable {
  /// Done.
  case success = 0
  /// Something failed that has no code of its own.
  case failure = 1
  /// The command line or a setting is not valid.
  case usage = 2
  /// The input data were refused.
  case dataRefused = 3
  /// No cluster answered.
  case unreachable = 4
  /// The cluster refused this key or role.
  case unauthorised = 5
  /// The disk is full, or a database is locked or damaged.
  case storage = 6
  /// A machine is not fit for its part of a cluster.
  case unfit = 7
  /// Stopped by the user.
  case interrupted = 130

  /// The code in words.
  public var meaning: String {
    switch self {
    case .success: "done; rows or SKUs put aside are noted in the output"
    case .failure: "failed for a reason without a code of its own; the message names it"
    case .usage: "the command line or a setting is not valid; nothing was done"
    case .dataRefused: "the input data were refused; the message names file and line"
    case .unreachable: "no cluster answered; check that it is up and its address"
    case .unauthorised: "the cluster refused this key or its role"
    case .storage: "storage failed: disk full, database locked or damaged"
    case .unfit: "this machine is not fit for its part; `granary doctor` says what to mend"
    case .interrupted: "interrupted; acknowledged work is kept, and the same command goes on"
    }
  }

  /// Every code with its meaning, one a line.
  public static var table: TextTable {
    var table = TextTable([.right("Code"), .left("Meaning")])
    for code in allCases { table.add([String(code.rawValue), code.meaning]) }
    return table
  }
}

/// An error that knows the exit status of a process that it ends.
public protocol ExitCodeProviding: Error {
  /// The status.
  var exitCode: ExitCode { get }
}
