import CommandLineArguments
import Coordination
import Glibc

/// What a run was measured at.
struct RunMeasure: Equatable {
  /// What is shorter than a clock's tick says nothing; what is shorter than `tellingSeconds` says
  /// more of the cluster's pauses than of its speed, and the plan says so.
  static let leastSeconds = 0.001, tellingSeconds = 10.0

  var run: UInt64
  var skus: Int
  /// How long its units were at work, and how long it took beside that.
  var runningSeconds: Double, fixedSeconds: Double
  var workers: Double, machines: Double
  var models: [String]

  /// SKUs a second of all, and of a machine.
  var rate: Double { Double(skus) / runningSeconds }
  var rateOfMachine: Double { rate / machines }

  /// The measure of a full run of the kind that was done; nothing of another one.
  init?(_ run: ClusterStatus.RunSummary, kind: String) {
    guard run.kind == kind, run.phase == "done", let work = run.work, !work.isUpdate,
      work.runningSeconds >= Self.leastSeconds, run.skusDone > 0, work.hosts > 0, work.workers > 0
    else { return nil }
    self.init(
      run: run.run, skus: Int(clamping: run.skusDone), runningSeconds: work.runningSeconds,
      fixedSeconds: max(0, run.elapsedSeconds - work.runningSeconds), workers: work.workers,
      machines: work.hosts, models: work.models)
  }

  init(
    run: UInt64, skus: Int, runningSeconds: Double, fixedSeconds: Double, workers: Double,
    machines: Double, models: [String]
  ) {
    self.run = run
    self.skus = skus
    self.runningSeconds = runningSeconds
    self.fixedSeconds = fixedSeconds
    self.workers = workers
    self.machines = machines
    self.models = models
  }
}

/// How many machines, with a worker each, do so many SKUs in time.
///
/// With `e` as the efficiency of a doubling, `m` machines do `rate * (m / measured)^(1 + log2 e)`
/// SKUs a second: twice as many do `2 e` times as much.
struct CapacityPlan: Equatable {
  /// What a doubling of workers is taken to be worth where only one number of them was measured.
  static let assumedEfficiency = 0.9
  /// No cluster has more nodes.
  private static let mostMachines = 256

  var skus: Int
  var deadlineSeconds: Double
  var basis: RunMeasure
  /// Of a doubling, and the run that it was measured against; nothing where it is assumed.
  var efficiency: Double, comparedRun: UInt64?
  /// What is needed; nothing where no number is enough.
  var machines: Int?

  init(skus: Int, deadlineSeconds: Double, basis: RunMeasure, others: [RunMeasure]) {
    self.skus = skus
    self.deadlineSeconds = deadlineSeconds
    self.basis = basis
    (efficiency, comparedRun) = Self.efficiency(basis, others)
    let left = deadlineSeconds - basis.fixedSeconds
    guard left > 0 else { return }
    // The exact number is where the power curve meets the need; a search needs no inverse.
    machines = (1...Self.mostMachines).first { Double(skus) / capacity($0) <= left }
  }

  /// SKUs a second of so many machines.
  func capacity(_ machines: Int) -> Double {
    basis.rate * pow(Double(machines) / basis.machines, 1 + log2(efficiency))
  }

  /// How long so many take.
  func seconds(_ machines: Int) -> Double {
    basis.fixedSeconds + Double(skus) / capacity(machines)
  }

  /// From two runs with the same models on numbers of machines that differ by a half at least. What
  /// is better than proportional, or worse than no gain at all, was something else.
  private static func efficiency(
    _ basis: RunMeasure, _ others: [RunMeasure]
  ) -> (Double, UInt64?) {
    for other in others where other.models == basis.models {
      let doublings = log2(basis.machines / other.machines)
      guard abs(doublings) >= log2(1.5) else { continue }
      let measured = pow(2, log2(basis.rateOfMachine / other.rateOfMachine) / doublings)
      return (min(1, max(0.5, measured)), other.run)
    }
    return (assumedEfficiency, nil)
  }

  // MARK: Words

  func text(_ kind: String) -> String {
    let deadline = Readable.duration(seconds: deadlineSeconds)
    var text: String
    if let machines {
      let workers = Readable.grouped(machines, "worker", "workers")
      text = "\(workers), each on a machine of its own, for \(Readable.grouped(skus)) SKUs in "
      text += "\(deadline): about \(Readable.duration(seconds: seconds(machines)))\n\n"
    } else if deadlineSeconds <= basis.fixedSeconds {
      text = "No number of workers is enough: what more of them do not shorten took "
      text += "\(Readable.duration(seconds: basis.fixedSeconds)), and there are \(deadline)\n\n"
    } else {
      text = "\(Self.mostMachines) workers are not enough for \(Readable.grouped(skus)) SKUs in "
      text += "\(deadline): about \(Readable.duration(seconds: seconds(Self.mostMachines)))\n\n"
    }
    return text + working(kind)
  }

  private func working(_ kind: String) -> String {
    var table = TextTable([.left("Measured"), .right("")])
    table.add(["run", "\(basis.run) (\(kind))"])
    table.add(["SKUs", Readable.grouped(basis.skus)])
    table.add(["units at work", Readable.duration(seconds: basis.runningSeconds)])
    table.add([
      "beside that (counting, sharing, pricing)", Readable.duration(seconds: basis.fixedSeconds),
    ])
    table.add(["workers", Readable.decimal(basis.workers, places: 1)])
    table.add(["machines", Readable.decimal(basis.machines, places: 1)])
    table.add(["SKUs a second and machine", Readable.decimal(basis.rateOfMachine, places: 1)])
    table.add(["a doubling gives", "\(Readable.decimal(2 * efficiency, places: 2)) times as much"])
    var text = table.render(for: .standardOutput)
    if !basis.models.isEmpty, kind == "train" {
      text += "With the models \(basis.models.joined(separator: ", ")).\n"
    }
    text +=
      comparedRun.map { "What a doubling gives is measured, against run \($0).\n" }
      ?? "What a doubling gives is assumed: no run with another number of machines was measured.\n"
    if basis.workers > basis.machines + 0.5 {
      text += "Some of the workers shared a machine: more of them there would gain nothing.\n"
    }
    if basis.runningSeconds < RunMeasure.tellingSeconds {
      text += "That run was short, so that its pauses count: take this for a hint, and measure a "
      text += "larger one.\n"
    } else if skus > 20 * basis.skus {
      text += "The plan is for \(Readable.grouped(skus / basis.skus)) times the SKUs of that run; "
      text += "measure a larger one before you rely on it.\n"
    }
    return text + "Machines are taken to be like those of that run.\n"
  }

  func json(_ kind: String) -> String {
    var json = JSONText()
    json.object { json in
      json.member("kind", kind)
      json.member("skus", skus)
      json.member("deadlineSeconds", deadlineSeconds)
      json.member("workers", machines)
      json.member("expectedSeconds", machines.map { seconds($0) })
      json.member("efficiencyOfDoubling", efficiency)
      json.member("efficiencyIsMeasured", comparedRun != nil)
      json.object("measured") { json in
        json.member("run", Int(clamping: basis.run))
        json.member("skus", basis.skus)
        json.member("runningSeconds", basis.runningSeconds)
        json.member("fixedSeconds", basis.fixedSeconds)
        json.member("workers", basis.workers)
        json.member("machines", basis.machines)
        json.member("skusPerSecondAndMachine", basis.rateOfMachine)
        json.member("models", basis.models)
      }
    }
    json.newline()
    return json.drain()
  }
}
