/// Environment variables: one for each setting, and a few others that start like them.
public enum SettingsEnvironment {
  /// What all of them start with.
  public static let prefix = "GRANARY_"

  /// The variables that are no settings, and what they do.
  public static let others: [(name: String, meaning: String)] = [
    ("GRANARY_CLUSTER_FOLDER", "The folder of the cluster that commands on this machine talk to."),
    ("GRANARY_IDENTITY", "The name of the key that commands use; else one with the role."),
    ("GRANARY_DRILL_TRAP_SKU", "A drill: the trainer crashes on this SKU (A*: that begin with A)."),
    ("GRANARY_DRILL_HANG_SKU", "A drill: the trainer hangs on this SKU (A*: that begin with A)."),
  ]

  /// The variables of `environment` that are meant for Granary's settings, in order of their names.
  static func settings(in environment: [String: String]) -> [(variable: String, value: String)] {
    environment
      .filter { name, _ in name.hasPrefix(prefix) && !others.contains { $0.name == name } }
      .sorted { $0.key < $1.key }
      .map { (variable: $0.key, value: $0.value) }
  }
}
