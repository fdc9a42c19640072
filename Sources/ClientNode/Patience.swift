/// How long a client waits for what, in milliseconds.
public struct Patience: Sendable {
  /// For somebody to listen where the coordinator should, at the first contact.
  public var contact: Int64 = 2_000
  /// For an answer of the coordinator, restarts included.
  public var answer: Int64 = 10_000
  /// For any answer of the workers, restarts included.
  public var workers: Int64 = 60_000
  /// Until a request without an answer is sent again.
  public var resend: Int64 = 1_000
  /// The same where another coordinator can be asked.
  public var resendToOther: Int64 = 400
  /// Until a request to a worker without an answer is sent again; reads may take their time.
  public var resendToWorker: Int64 = 3_000
  /// Until a copy of the shard is asked beside who was asked first; about what one read may take at
  /// a worker that has much to do.
  public var hedge: Int64 = 200
  /// Until a map that nobody has refused is asked for anew.
  public var map: Int64 = 5_000
  /// Until somebody who was busy, or not the right one, is asked again.
  public var rest: Int64 = 100

  /// What suits people at a terminal.
  public init() {}
}
