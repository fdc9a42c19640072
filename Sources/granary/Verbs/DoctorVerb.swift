import ClientNode
import CommandLineArguments
import Coordination
import Doctor
import FoundationEssentials
import Messaging
import Settings
import Threading

/// `granary doctor`: is this machine fit for its part of a cluster?
struct DoctorVerb: Command {
  static let name = "doctor"
  static let abstract = "Look this machine over, and say what to mend before it is needed."
  static let discussion = """
    Looks at limits, memory, clock, processor, libraries, disk, folders, keys, ports, schema and \
    settings, and at the coordinator if one is reached. Run it as the user of the nodes, with \
    their settings and their limits: what it finds is true for whoever runs it. Nothing that it \
    does stays; it writes a small file beside the data to see how fast the disk is.

    The parts of this machine are those whose keys are in the cluster's folder, unless --role \
    names one. The exit status is 0 when nothing is wrong, warnings or not, and 7 when something \
    is. The units in cluster/three-hosts have it say so in the journal before each start.
    """
  static let examples = [
    Example("granary doctor", "This machine, by the keys that are here."),
    Example("granary doctor --role client --json", "For programs."),
  ]

  /// What a machine is looked over for.
  enum Part: String, CaseIterable, ArgumentValue {
    case coordinator, worker, client
  }

  @Option("PART", help: "What the machine is for, if not what its keys say.") var role: Part?
  @Flag(help: "Print JSON.") var json: Bool
  var cluster = ClusterOptions()
  var settings = SettingsOptions()

  func run() throws -> ExitCode {
    let folder = ClusterFolder(named: cluster.cluster)
    var findings = [ProcessorLevel.finding]
    var resolved = ResolvedSettings()
    do {
      resolved = try settings.resolve(of: "granary doctor")
      findings.append(Finding("settings", ok: settings.config?.description ?? "the usual ones"))
    } catch {
      findings.append(
        Finding("settings", .wrong, "\(error)", do: "correct them; the rest goes by the usual ones")
      )
    }
    let parts = role.flatMap { Patient.Part(rawValue: $0.rawValue) }.map { [$0] }
    let patient = Patient(
      folder: folder, parts: parts.map(Set.init) ?? Examination.parts(of: folder),
      settings: resolved)
    findings += Examination(patient).findings()
    findings += clusterFindings
    let report = DoctorReport(findings: findings)
    try Terminal.standardOutput.write(json ? report.json : report.text(for: .standardOutput))
    return report.count(of: .wrong) == 0 ? .success : .unfit
  }

  /// What the coordinator says, where a key is here that may ask it.
  private var clusterFindings: [Finding] {
    var patience = Patience()
    (patience.contact, patience.answer) = (1_000, 3_000)
    do throws(ClientError) {
      let client = try cluster.client(as: .observer, patience: patience)
      let began = Self.wallSeconds
      let status = try client.status()
      let ended = Self.wallSeconds
      return ClusterWord(
        colour: status.colour.rawValue, reasons: status.reasons,
        replication: status.copies?.replication ?? 1,
        workers: status.nodes.filter { $0.state != "lost" }.map { ($0.name, $0.host ?? "") },
        clocks: status.clockSeconds.map { there in
          ((began + ended) / 2, there, ended - began)
        }
      ).findings
    } catch {
      switch error {
      // That nobody listens is said already; who has no key to ask with need not ask.
      case .noCluster, .noKey, .nobodyListens, .severalKeys, .messaging: return []
      default:
        return [
          Finding(
            "cluster", .warning, "\(error)", do: "see `granary status` and the coordinator's log")
        ]
      }
    }
  }

  private static var wallSeconds: Double { Date().timeIntervalSince1970 }
}

extension ProcessorLevel {
  /// Whether this program makes the most of the processor.
  static var finding: Finding {
    finding(built: built, best: best)
  }

  static func finding(built: ProcessorLevel, best: ProcessorLevel) -> Finding {
    guard built != best else { return Finding("processor", ok: "\(best), as the program") }
    return Finding(
      "processor", .warning,
      "the program is built for \(built), and this processor is \(best): "
        + "trainings take several times as long", do: "`ops/build --cpu \(best)` makes a faster one"
    )
  }
}
