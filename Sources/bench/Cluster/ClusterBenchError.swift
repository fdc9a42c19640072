/// What keeps a measurement of a cluster from being one.
enum ClusterBenchError: Error, CustomStringConvertible {
  /// Something did not do what is taken for granted here.
  case surprise(String)

  var description: String {
    switch self {
    case .surprise(let what): what
    }
  }
}
