/// A row that was not taken, and why. The rows around it are.
public struct RejectedRow: Equatable, Sendable, CustomStringConvertible {
  /// The longest excerpt, in bytes.
  public static let maximumTextBytes = 120

  /// Why a row was not taken; the raw value is the code that counters and files use.
  public enum Reason: String, CaseIterable, Sendable {
    /// A line or quoted record over `DelimitedReader.maximumRecordBytes`.
    case lineTooLong = "line-too-long"
    /// More fields than the header or than `DelimitedReader.maximumFields`.
    case tooManyFields = "too-many-fields"
    /// Fewer fields than the header.
    case tooFewFields = "too-few-fields"
    /// A quote that opens and does not close.
    case unclosedQuote = "unclosed-quote"
    /// Something between a closing quote and the next comma.
    case textAfterQuote = "text-after-quote"
    /// A byte 0.
    case nulByte = "nul-byte"
    /// A carriage return that ends no line and stands outside quotes.
    case loneCarriageReturn = "lone-carriage-return"
    /// A line that is no JSON object.
    case badJSON = "bad-json"
    /// A JSON object or array where a value belongs.
    case nestedValue = "nested-value"
    /// A key that is there twice.
    case repeatedKey = "repeated-key"
    /// A key that the first line does not have, where all lines must have the same.
    case unknownKey = "unknown-key"
    /// A SKU that is empty, too long or not UTF-8.
    case badSKU = "bad-sku"
    /// A location that is empty, too long or not UTF-8.
    case badLocation = "bad-location"
    /// A location that the warehouses do not name.
    case unknownLocation = "unknown-location"
    /// A date that is none.
    case badDate = "bad-date"
    /// A date outside `Day.supported`.
    case dateOutOfRange = "date-out-of-range"
    /// Units that are no number.
    case badUnits = "bad-units"
    /// Units below 0, where returns are not taken.
    case negativeUnits = "negative-units"
    /// Units over `SalesRow.maximumUnits`.
    case tooManyUnits = "too-many-units"
    /// A price that is no number, negative or too large.
    case badPrice = "bad-price"
    /// A promotion that is neither yes nor no.
    case badPromotion = "bad-promotion"
    /// Whether there was stock, in a word that is neither yes nor no.
    case badInStock = "bad-in-stock"
    /// A category that is too long or not UTF-8.
    case badCategory = "bad-category"
    /// Another number that is none or out of range.
    case badNumber = "bad-number"
    /// A word that is none of those that may stand there.
    case badWord = "bad-word"
    /// A supplier that is empty, too long or not UTF-8.
    case badSupplier = "bad-supplier"
    /// Price breaks that cannot be read or do not ascend.
    case badPriceBreaks = "bad-price-breaks"
    /// What is in transit, without the days of its arrival.
    case badTransit = "bad-transit"
    /// A scope that means nothing.
    case badScope = "bad-scope"
    /// Values that cannot hold together.
    case contradiction = "contradiction"
    /// A row more than there may be.
    case tooMany = "too-many"
    /// A second row for the same thing.
    case duplicate = "duplicate"
  }

  /// The physical line on which the row starts; the first line is 1.
  public var line: Int
  /// The code.
  public var reason: Reason
  /// What is wrong and what to do.
  public var sentence: String
  /// The start of the row as it came; bytes that are not UTF-8 are replaced.
  public var text: String

  /// Makes a rejected row.
  public init(line: Int, reason: Reason, sentence: String, text: String) {
    self.line = line
    self.reason = reason
    self.sentence = sentence
    self.text = text
  }

  /// The line and the sentence.
  public var description: String { "line \(line): \(sentence)" }

  /// Text for an error: whole where it is short, its start where it is long.
  static func excerpt(_ bytes: UnsafeBufferPointer<UInt8>, limit: Int = maximumTextBytes)
    -> String
  {
    guard bytes.count > limit else { return unsafe String(decoding: bytes, as: UTF8.self) }
    var end = limit
    while end > 0, unsafe bytes[end] & 0xC0 == 0x80 { end -= 1 }
    return unsafe String(decoding: bytes[0..<end], as: UTF8.self) + "…"
  }
}
