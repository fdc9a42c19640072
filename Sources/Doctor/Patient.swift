public import Settings

/// What of a cluster a host is there for: whose limits, keys, ports and data are looked at.
public struct Patient: Sendable {
  /// A part that a host plays.
  public enum Part: String, Sendable, CaseIterable {
    /// Runs the coordinator.
    case coordinator
    /// Runs workers.
    case worker
    /// Runs commands.
    case client
  }

  /// The cluster's folder here.
  public var folder: ClusterFolder
  /// The parts; at least one.
  public var parts: Set<Part>
  /// The settings that nodes here run with.
  public var settings: ResolvedSettings

  /// A host with its parts.
  public init(folder: ClusterFolder, parts: Set<Part>, settings: ResolvedSettings) {
    self.folder = folder
    self.parts = parts
    self.settings = settings
  }

  /// Whether something runs here that others reach.
  var isNode: Bool { parts.contains(.coordinator) || parts.contains(.worker) }
}
