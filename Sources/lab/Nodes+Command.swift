import Settings
import Threading

/// How each node is started.
extension Nodes {
  /// What Debian's etcd-server installs.
  private static let etcd = "/usr/bin/etcd"

  /// The command of a node, without where its words go.
  func command(for name: String) throws -> ChildProcess.Command {
    let host = layout.host(of: name)
    let mount = disk(of: name).mount
    var environment = ChildProcess.currentEnvironment.filter { key, _ in
      !key.hasPrefix("GRANARY_") && !key.hasPrefix("ETCD_")
    }
    var words: [String]
    if layout.isMember(name) {
      words = [Self.etcd]
      environment.merge(try Recipe.etcdEnvironment(mount)) { $1 }
    } else if layout.sharesRecords {
      // As the units of the recipe start them: what is to be known of the host is in the
      // environment.
      let verb = layout.coordinators.contains(name) ? "coordinator" : "worker"
      words = [
        installation.path(of: name), verb, "--name", name, "--config", Recipe.settings(mount),
      ]
      words += settings.flatMap { ["--set", $0] }
      environment.merge(try Recipe.environment(mount)) { $1 }
    } else {
      words = aloneOnHost(name)
    }
    words = network.prefix(on: host) + words
    var command = ChildProcess.Command(executable: words[0], arguments: Array(words.dropFirst()))
    command.environment = environment
    return command
  }

  /// The words for a node that has its host for itself.
  private func aloneOnHost(_ name: String) -> [String] {
    let isCoordinator = name == Self.coordinator
    let verb = isCoordinator ? ["coordinator"] : ["worker", "--name", name]
    let role = isCoordinator ? "coordinator" : "worker"
    let own =
      ["\(role).listen=tcp://\(Network.address(layout.host(of: name))):\(Self.port)"]
      + (isCoordinator ? [] : perWorker(name))
    return [installation.path(of: name)] + verb + ["--cluster", disk(of: name).folder.path]
      + (own + settings).flatMap { ["--set", $0] }
  }
}
