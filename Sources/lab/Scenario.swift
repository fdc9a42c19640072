/// What a run consists of, read from a file in cluster/lab/scenarios.
struct Scenario: Sendable {
  /// The file's name without its end.
  var name = ""
  /// What it shows, in a sentence.
  var about: String
  /// Copies of each shard.
  var replication: Int
  /// How many coordinators there are: one with its own records, or three that share an etcd, as in
  /// `cluster/three-hosts`.
  var coordinators: Int
  /// Settings of the nodes beside those that the lab gives them.
  var settings: [String: String]
  /// The disk of each host, of which a cluster wants a gibibyte to be free.
  var diskMebibytes: Int
  /// What is done with the cluster, in order.
  var steps: [Step]
  /// What goes wrong meanwhile.
  var faults: [FaultWish]
  /// Whether faults of a step happen beside each other; else each waits until the one before is
  /// over.
  var isOverlapping: Bool
  /// What becomes of flipped bits.
  var damage: Damage
  /// When everything should be served again after each fault; nothing where that is not asked.
  var servedWithin: Deadline?
  /// Whether every node begins with the program before the present one.
  var startsBefore: Bool
  /// Whether it is part of `ops/test`.
  var isShort: Bool

  /// What may become of damage.
  enum Damage: String, Decodable, CaseIterable, Sendable {
    /// It is found, and named; or it changes no answer.
    case found
    /// It is found and repaired; in the end nothing is to be seen of it.
    case repaired
  }

  /// When something should be so.
  struct Deadline: Equatable, Sendable {
    var seconds: Double
    /// Since when: the begin of a fault, where others take over what is hurt; its end, where it is
    /// waited for.
    var start: Start

    enum Start: String, Decodable, CaseIterable, Sendable {
      case begin, end
    }
  }

  /// A kind of fault that shall happen.
  struct FaultWish: Equatable, Sendable {
    var kind: FaultKind
    /// How often.
    var times: Int
    /// The steps in one of which it begins; in any step that takes time where there are none.
    var during: [Step]
    /// How long it holds; for a node that is killed, how long it stays away.
    var seconds: ClosedRange<Double>
    /// Of a flipped bit: which file, and whether the worker runs meanwhile.
    var file: FlippedFile
    var whileRunning: Bool
  }

  /// A file of a worker's data.
  enum FlippedFile: String, Decodable, CaseIterable, Sendable {
    case database, log

    /// Its name in the folder of the data.
    var name: String { self == .database ? "granary.sqlite" : "granary.sqlite-wal" }
  }

  /// What nearly every run does: a marketplace is planned, a fortnight passes, it is planned again.
  static let usualSteps: [Step] = [
    .tables, .ingest, .train, .forecast, .allocate, .news, .update, .forecast, .allocate,
  ]

  /// A run of the same steps in which nothing goes wrong and nobody joins or leaves: moves change
  /// no result, so all scenarios with the same other steps are compared with the same run.
  var undisturbed: Scenario {
    var quiet = self
    quiet.name = "undisturbed"
    quiet.replication = 1
    quiet.coordinators = 1
    quiet.settings = [:]
    quiet.faults = []
    quiet.startsBefore = false
    quiet.servedWithin = nil
    quiet.steps = steps.filter { !$0.isMove }
    return quiet
  }
}

/// Something that is done with the cluster.
enum Step: String, CaseIterable, Decodable, Sendable {
  /// All tables but the sales are taken in.
  case tables
  /// Sales are taken in, in pieces; the last fortnight is left out.
  case ingest
  /// The last fortnight of sales is taken in.
  case news
  /// Models are fitted, kept where they still fit, forecast by, planned by.
  case train, update, forecast, allocate
  /// A further worker joins.
  case join
  /// A worker hands its shards over and leaves; later it joins again.
  case drain, back
  /// Nothing is asked for a second.
  case rest
  /// Everything is backed up; the step after it changes nothing.
  case backup
  /// The coordinator and all workers are killed and lose their disks; what was backed up last is
  /// restored, among all workers there can be.
  case destroy
  /// The end of an upgrade is said; the program before is tried again, and must be refused.
  case finalise, outdated

  /// Whether it is about where shards are, and not about what is in them.
  var isMove: Bool {
    [.join, .drain, .back, .backup, .destroy, .finalise, .outdated].contains(self)
  }
}
