import Glibc
import Settings
import Threading

/// What all runs have in common.
struct LabGround: Sendable {
  /// The program that is looked at, and the one before it, where there is one.
  let program: BuiltProgram, before: BuiltProgram?
  let folder: String
  let network: Network
  let keys: HostKeys
  let market: Market
  /// The setting that says how many copies there are, and the one that says which host a worker is
  /// on, where the program has them.
  let replicationSetting: String?, hostSetting: String?
  /// How several coordinators are set up; nothing where there can be only one, and why.
  let recipe: Recipe?, obstacle: String
  let stopping: Stopping

  /// Lays cables, makes keys and a marketplace; `recipe` is the folder of that for three hosts.
  init(
    program path: String, before: String?, folder: String, recipe: String?, stopping: Stopping
  ) throws {
    program = try BuiltProgram(path: path)
    self.before = try before.map { try BuiltProgram(path: $0) }
    self.folder = folder
    self.stopping = stopping
    let settings = try Shell.run("\(Shell.quoted(path)) help settings")
    let names = settings.split(whereSeparator: \.isWhitespace).map(String.init)
    replicationSetting = names.first { $0.hasSuffix(".replication") }
    hostSetting = names.first { $0 == "worker.host" }
    network = try Network(in: "\(folder)/network")
    let layouts = Layout.counts.map { Layout(coordinators: $0) }
    keys = try HostKeys(
      in: "\(folder)/keys", program: path, coordinators: layouts.flatMap(\.coordinators),
      workers: Layout(coordinators: Layout.several).workers)
    (self.recipe, obstacle) = try Recipe.prepared(recipe, program: path, in: folder)
    market = try Market(in: "\(folder)/market", program: path)
  }
}

/// One run: a cluster is made, works, is hurt, and is looked at afterwards.
struct LabRun {
  private let stage: Stage
  private let plan: FaultPlan
  private let reference: Reference?
  private let folder: String
  private let clock = MonotonicClock()
  /// How long a cluster may take to serve for the first time.
  private static let startMilliseconds = 30_000
  /// How long the supervisor rests between two looks.
  private static let mendMilliseconds = 500

  /// Prepares a run in a folder; without a reference it is to become one.
  init(
    _ scenario: Scenario, seed: UInt64, on ground: LabGround, in folder: String,
    comparedWith reference: Reference?
  ) throws {
    self.folder = folder
    self.reference = reference
    plan = FaultPlan(scenario, seed: seed)
    let logs = "\(folder)/logs"
    try TextFile.makeFolder(logs)
    try ground.network.heal()
    let layout = Layout(coordinators: scenario.coordinators)
    let hosts = try (1...Network.hostCount).map { number in
      var names = layout.nodes(on: number).filter { !layout.isMember($0) }
      if number == Network.hostCount { names += ["operator", "client"] }
      let host = try Host(
        number, at: "\(folder)/host-\(number)", mebibytes: scenario.diskMebibytes,
        keys: ground.keys, of: names)
      if layout.sharesRecords { try ground.recipe?.install(on: number, at: host.mount) }
      return host
    }
    var settings = [
      "cluster.shards=\(Market.shardCount)",
      "cluster.minimumWorkers=\(layout.firstWorkers.count)", "worker.trainers=1",
    ]
    // Workers say which units they work on, so that those are counted which are done again.
    if layout.sharesRecords { settings.append("log.level=debug") }
    if let setting = ground.replicationSetting {
      settings.append("\(setting)=\(scenario.replication)")
    }
    settings += scenario.settings.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    let hostSetting = ground.hostSetting
    let installation = Installation(
      ground.program, before: scenario.startsBefore ? ground.before : nil)
    let nodes = Nodes(
      layout, installation, network: ground.network, hosts: hosts, logs: logs,
      settings: settings
    ) { name in
      hostSetting.map { ["\($0)=host-\(Nodes.host(of: name))"] } ?? []
    }
    let stopping = Stopping(with: ground.stopping)
    stage = Stage(
      scenario: scenario, market: ground.market, network: ground.network, hosts: hosts,
      nodes: nodes,
      verbs: Verbs(
        installation, cluster: hosts[Network.hostCount - 1].folder.path, logs: logs,
        stopping: stopping),
      observations: Observations(), journal: Journal(), stopping: stopping,
      backups: "\(folder)/backups", etcd: ground.recipe.map(EtcdLeader.init))
  }

  /// Lives through the run.
  func live() throws -> RunReport {
    let start = clock.now
    defer { tearDown() }
    try startCluster()
    let watch = try Watch(
      stage.hosts[Network.hostCount - 1].folder.path, skus: stage.market.probes,
      allowed: reference?.values, stage.observations, with: stage.stopping)
    let supervisor = try Thread(name: "supervisor") { [stage] in
      while (try? stage.stopping.sleep(milliseconds: Self.mendMilliseconds)) != nil { stage.mend() }
    }
    defer {
      stage.stopping.request()
      watch.stop()
      supervisor.join()
    }
    try stage.awaitCalm(after: "the start")
    let milliseconds = try work()
    try settle()
    let tables = Checker(folder: "\(folder)/tables")
    // What was found to be damaged is not served; that was told.
    if !stage.hasFoundDamage { try tables.export(stage) }
    if let complaint = stage.observations.complaint { stage.journal.violate(complaint) }
    if let reference {
      for sentence in tables.differences(from: reference.tables) {
        stage.journal.violate(sentence)
      }
    }
    stage.stopping.request()
    watch.stop()
    supervisor.join()
    stage.mend()
    for name in stage.nodes.endAll() {
      stage.journal.violate("\(name) did not stop in order at the end")
    }
    return RunReport(
      scenario: stage.scenario, from: start, to: clock.now, stage.journal,
      stage.observations,
      units: UnitCount(
        logs: stage.nodes.layout.workers.map { TextFile.text(stage.nodes.log(of: $0)) }),
      milliseconds: milliseconds, tables: tables)
  }

  /// Starts the coordinators, takes their addresses to the other hosts, starts the workers.
  private func startCluster() throws {
    let nodes = stage.nodes
    let coordinators = nodes.layout.coordinators
    for name in nodes.layout.members + coordinators { try nodes.start(name) }
    let address = nodes.disk(of: coordinators[0]).folder.coordinatorEndpoint
    let isThere = try stage.stopping.wait(milliseconds: Self.startMilliseconds) {
      TextFile.text(address).split(separator: "\n").count == coordinators.count
    }
    guard isThere else {
      let whom = coordinators.joined(separator: ", ")
      throw LabError.file(path: address, reason: "it does not name \(whom)")
    }
    for host in stage.hosts.dropFirst(coordinators.count) {
      try TextFile.write(TextFile.text(address), to: host.folder.coordinatorEndpoint)
    }
    for name in nodes.layout.firstWorkers { try nodes.start(name) }
  }

  /// Does the steps, each with its faults beside it; gives how long each took.
  private func work() throws -> [Step: Int] {
    var work = StepWork(stage)
    var milliseconds: [Step: Int] = [:]
    for (place, step) in stage.scenario.steps.enumerated() {
      let start = clock.now
      let faults = plan.faults(in: place)
      let expected = reference?.milliseconds(of: step) ?? 0
      let isOver = Stopping()
      let beside = try Thread(name: "faults") { [stage] in
        stage.noteFailure {
          try FaultWork(stage).carryOut(faults, during: step, milliseconds: expected)
        }
        isOver.request()
      }
      defer { beside.join() }
      try work.carryOut(step)
      try work.goOn(with: step) { !isOver.isRequested && !stage.stopping.isRequested }
      beside.join()
      try stage.stopping.check()
      milliseconds[step] = Int(clock.now - start)
      if reference == nil { try readEverything() }
      if stage.hasFoundDamage { break }
    }
    return milliseconds
  }

  /// Waits until every probe was read since: what an undisturbed run gives between two steps must
  /// be known.
  private func readEverything() throws {
    let before = stage.observations.latencies.count
    let isRead = try stage.stopping.wait(milliseconds: Stage.recoveryMilliseconds) {
      stage.observations.latencies.count >= before + 4 * stage.market.probes.count
    }
    guard !isRead else { return }
    throw LabError.reference(
      "reads are not answered: \(stage.observations.lastFailure); is the lab of the same build?")
  }

  /// Waits until the cluster says that it is well.
  private func settle() throws {
    let observations = stage.observations
    let isWell = try stage.stopping.wait(milliseconds: Stage.recoveryMilliseconds) {
      stage.hasFoundDamage
        || observations.status?.colour == "green" && observations.isCalm
          && observations.status?.moves == 0
    }
    guard !isWell else { return }
    let status = observations.status
    stage.journal.violate(
      "not green \(Stage.recoveryMilliseconds / 1_000) s after the last step: "
        + (status.map { "\($0.colour), \($0.reasons.joined(separator: "; "))" } ?? "no status"))
  }

  private func tearDown() {
    _ = stage.nodes.endAll()
    for host in stage.hosts { try? host.unmount() }
  }
}
