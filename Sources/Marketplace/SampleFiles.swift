import Tables

/// The files of a sample, written side by side. None has its name before all are on the disk.
struct SampleFiles {
  /// A file of the sample.
  enum File: String, CaseIterable {
    case sales, items, warehouses, inventory, suppliers, distribution, policy, limits, events
    case truth, future

    var columns: [String] {
      switch self {
      case .sales, .future:
        ["sku", "location", "date", "units", "price", "promotion", "in_stock"]
      case .items: ItemReader.columns
      case .warehouses: WarehouseReader.columns
      case .inventory: InventoryReader.columns
      case .suppliers: SupplierReader.columns
      case .distribution: DistributionReader.columns
      case .policy: PolicyReader.columns
      case .limits: LimitReader.columns
      case .events: SampleEvent.columns
      case .truth: ["sku", "location", "date", "expected"]
      }
    }
  }

  private var targets: [File: OutputTarget] = [:]

  init(folder: String, withTruth: Bool) throws(TableError) {
    for file in File.allCases where withTruth || (file != .truth && file != .future) {
      let target = try OutputTarget(path: "\(folder)/\(file.rawValue).csv")
      try target.write(file.columns.joined(separator: ",") + "\n")
      targets[file] = target
    }
  }

  func write(_ piece: SamplePiece) throws(TableError) {
    try write(piece.sales.bytes, to: .sales)
    try write(piece.future.bytes, to: .future)
    try write(piece.truth.bytes, to: .truth)
    try write(piece.master)
  }

  func write(_ master: SampleMaster) throws(TableError) {
    for (file, text) in master.texts { try write(text.bytes, to: file) }
  }

  private func write(_ bytes: [UInt8], to file: File) throws(TableError) {
    guard let target = targets[file], !bytes.isEmpty else { return }
    try target.write(bytes)
  }

  func finish() throws(TableError) {
    let all = File.allCases.compactMap { targets[$0] }
    for target in all { try target.settle() }
    for target in all { try target.publish() }
  }
}
