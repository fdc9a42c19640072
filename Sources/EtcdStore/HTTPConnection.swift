import CCurl

/// Why a request got no answer.
struct HTTPFailure: Error {
  var reason: String
  /// Whether the answer was longer than was allowed.
  var isTooLong = false
}

/// Posts JSON to one place, over a connection that is kept. Used from one thread at a time.
@safe
final class HTTPConnection {
  /// libcurl wants to be started once, before any other thread of the process uses it.
  private static let startCode = granary_curl_start()

  private let handle: UnsafeMutableRawPointer
  private let headers: UnsafeMutablePointer<curl_slist>?
  private let reasons: UnsafeMutablePointer<CChar>

  /// A connection to any member of etcd, as `access` says.
  init(_ access: EtcdAccess) throws(HTTPFailure) {
    guard Self.startCode == CURLE_OK, let handle = unsafe curl_easy_init() else {
      throw HTTPFailure(reason: "libcurl does not start")
    }
    unsafe self.handle = unsafe handle
    // Without the empty header libcurl asks before each large body whether it may send it.
    var list = unsafe curl_slist_append(nil, "Content-Type: application/json")
    unsafe list = unsafe curl_slist_append(list, "Expect:")
    unsafe headers = unsafe list
    unsafe reasons = .allocate(capacity: Int(CURL_ERROR_SIZE))
    unsafe reasons.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    try configure(access)
  }

  deinit {
    unsafe curl_easy_cleanup(handle)
    unsafe curl_slist_free_all(headers)
    unsafe reasons.deallocate()
  }

  private func configure(_ access: EtcdAccess) throws(HTTPFailure) {
    unsafe _ = granary_curl_set_reasons(handle, reasons)
    unsafe _ = granary_curl_set_headers(handle, headers)
    let milliseconds = Int(clamping: access.timeoutMilliseconds)
    let numbers: [(CURLoption, Int)] = [
      (CURLOPT_TIMEOUT_MS, milliseconds), (CURLOPT_CONNECTTIMEOUT_MS, milliseconds),
      (CURLOPT_NOSIGNAL, 1),  // no alarm signals: this is one thread of several
      (CURLOPT_FOLLOWLOCATION, 0), (CURLOPT_TCP_NODELAY, 1),
    ]
    for (option, number) in numbers {
      try check(unsafe granary_curl_set_number(handle, option, number))
    }
    var texts: [(CURLoption, String)] = [
      (CURLOPT_PROTOCOLS_STR, "http,https"),
      (CURLOPT_PROXY, ""),  // not that of the environment, which is meant for the web
    ]
    let files = [
      (CURLOPT_CAINFO, access.authorityPath), (CURLOPT_SSLCERT, access.certificatePath),
      (CURLOPT_SSLKEY, access.keyPath),
    ]
    texts += files.filter { !$0.1.isEmpty }
    for (option, text) in texts {
      try check(unsafe granary_curl_set_text(handle, option, text))
    }
  }

  /// Posts `body` and reads an answer of at most `limit` bytes.
  func post(
    _ body: [UInt8], to url: String, limit: Int
  ) throws(HTTPFailure) -> (status: Int, answer: [UInt8]) {
    let answer = AnswerBuffer(limit: limit)
    unsafe reasons[0] = 0
    try check(unsafe granary_curl_set_text(handle, CURLOPT_URL, url))
    try check(
      unsafe granary_curl_set_writer(
        handle, { unsafe AnswerBuffer.write($0, $1, $2, $3) },
        Unmanaged.passUnretained(answer).toOpaque()))
    let code = withExtendedLifetime(answer) {
      unsafe body.withUnsafeBytes { bytes in
        let code = unsafe granary_curl_set_body(handle, bytes.baseAddress, bytes.count)
        return unsafe code == CURLE_OK ? curl_easy_perform(handle) : code
      }
    }
    if answer.isTooLong {
      throw HTTPFailure(reason: "its answer has more than \(limit) bytes", isTooLong: true)
    }
    try check(code)
    return (unsafe granary_curl_status(handle), answer.bytes)
  }

  private func check(_ code: CURLcode) throws(HTTPFailure) {
    guard code != CURLE_OK else { return }
    let detail = unsafe String(cString: reasons)
    let name = unsafe String(cString: curl_easy_strerror(code))
    throw HTTPFailure(reason: detail.isEmpty ? name : detail)
  }
}

/// The bytes of an answer as they come in.
private final class AnswerBuffer {
  let limit: Int
  var bytes: [UInt8] = []
  var isTooLong = false

  init(limit: Int) { self.limit = limit }

  /// What libcurl calls with each piece; anything but the number of bytes ends the transfer.
  static func write(
    _ piece: UnsafeMutablePointer<CChar>?, _ one: Int, _ count: Int,
    _ context: UnsafeMutableRawPointer?
  ) -> Int {
    guard let piece = unsafe piece, let context = unsafe context else { return 0 }
    let buffer = unsafe Unmanaged<AnswerBuffer>.fromOpaque(context).takeUnretainedValue()
    guard count <= buffer.limit - buffer.bytes.count else {
      buffer.isTooLong = true
      return 0
    }
    unsafe buffer.bytes.append(contentsOf: UnsafeRawBufferPointer(start: piece, count: count))
    return count
  }
}
