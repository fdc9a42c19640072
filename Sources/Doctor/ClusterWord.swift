/// What the coordinator answered when it was asked how the cluster is, as far as it matters here.
public struct ClusterWord: Sendable {
  /// The colour, and why.
  public var colour: String, reasons: [String]
  /// How many copies of each shard are wanted.
  public var replication: Int
  /// The workers that are here, and their hosts.
  public var workers: [(name: String, host: String)]
  /// The coordinator's clock and this one when it answered, in seconds since 1970, and how long the
  /// answer took; nothing where it did not say.
  public var clocks: (here: Double, there: Double, roundTrip: Double)?

  /// An answer.
  public init(
    colour: String, reasons: [String], replication: Int,
    workers: [(name: String, host: String)],
    clocks: (here: Double, there: Double, roundTrip: Double)?
  ) {
    self.colour = colour
    self.reasons = reasons
    self.replication = replication
    self.workers = workers
    self.clocks = clocks
  }

  /// What follows from it for this host.
  public var findings: [Finding] {
    let words = ([colour] + reasons.prefix(1)).joined(separator: ": ")
    var findings =
      colour == "green"
      ? [Finding("cluster", ok: "green")]
      : [
        Finding(
          "cluster", .warning, words + (reasons.count > 1 ? "; and \(reasons.count - 1) more" : ""),
          do: "`granary status`, and ops/runbooks says what to do for each reason")
      ]
    if let clocks {
      findings.append(
        ClockChecks.skew(here: clocks.here, there: clocks.there, roundTrip: clocks.roundTrip))
    }
    let hosts = HostNameChecks(replication: replication)
    if let shared = hosts.shared(workers, wanted: replication) { findings.append(shared) }
    return findings
  }
}
