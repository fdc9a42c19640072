extension DelimitedReader {
  /// What is wrong with a record that is none.
  static func sentence(_ reason: RejectedRow.Reason) -> String {
    switch reason {
    case .lineTooLong:
      "the line is longer than \(maximumRecordBytes) bytes; is a line end missing?"
    case .tooManyFields: "the line has more than \(maximumFields) fields; remove columns"
    case .unclosedQuote:
      "a quote opens and does not close within \(maximumRecordBytes) bytes; "
        + "close it, or double a quote that is meant as such"
    case .textAfterQuote:
      "text follows a closing quote; put a separator between, or double a quote inside the field"
    case .nulByte: "the line holds a byte 0; is the file UTF-16? Save it as UTF-8"
    case .loneCarriageReturn:
      "the line holds a carriage return that ends no line; quote the field that holds it, or save "
        + "the file with line ends LF or CR LF"
    default: reason.rawValue
    }
  }
}
