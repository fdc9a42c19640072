/// How a worker's process ended.
public enum WorkerEnd: Sendable {
  /// It was told to stop or to leave, and did.
  case wished
  /// It must not go on; its log says why.
  case refused
  /// Its data cannot be used or made, and nobody else has it.
  case withoutData
}
