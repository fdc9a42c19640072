import CommandLineArguments

/// Taking sales in.
public struct IngestSettings: SettingsChapter, Equatable {
  /// Batches under way to each worker.
  public var creditsPerWorker = 32
  /// Size of a batch.
  public var batchKiB = 64
  /// Refused rows after which an input is given up; 0 is no limit.
  public var rejectLimit = 0

  static let settings: [Setting<Self>] = [
    Setting(
      "creditsPerWorker", \.creditsPerWorker, .within(1...4_096), unit: "batches",
      "Batches that may be under way to each worker without its answer."),
    Setting(
      "batchKiB", \.batchKiB, .within(4...192), unit: "KiB",
      "Size of a batch; another size cuts the same input into other batches."),
    Setting(
      "rejectLimit", \.rejectLimit, .atLeast(0), unit: "rows",
      "Refused rows after which an input is given up; 0 is no limit."),
  ]
}
