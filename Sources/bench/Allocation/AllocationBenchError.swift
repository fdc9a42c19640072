/// What keeps a measurement of plans from being one.
enum AllocationBenchError: Error, CustomStringConvertible {
  case notDrawn
  case notPlanned(String)

  var description: String {
    switch self {
    case .notDrawn: "the instance could not be drawn"
    case .notPlanned(let move): "the search ended without a plan: \(move)"
    }
  }
}
