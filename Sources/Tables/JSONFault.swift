/// What is wrong with a line that should be a JSON object of plain values.
enum JSONFault: Error, Equatable {
  case noObject, array
  case noKey, noColon, noComma, noValue(String), unclosedString, textAfter
  case controlCharacter, escape, surrogate, nul
  case number(String)
  case nested(String)
  case repeated(String)
  case unknown(String)
  case tooManyKeys

  /// The code that counters and files use.
  var reason: RejectedRow.Reason {
    switch self {
    case .nested: .nestedValue
    case .repeated: .repeatedKey
    case .unknown: .unknownKey
    case .nul: .nulByte
    case .tooManyKeys: .tooManyFields
    default: .badJSON
    }
  }

  /// What is wrong and what to do.
  var sentence: String {
    switch self {
    case .noObject:
      "the line is no JSON object; write one a line, as {\"sku\": \"A-1\", \"units\": 3}, or say "
        + "--format csv if it is delimited text"
    case .array:
      "the line begins a JSON array; write one object a line, as `jq -c '.[]' FILE` does"
    case .noKey: "a key in quotes is wanted after \"{\" and after each comma"
    case .noColon: "a colon is wanted between a key and its value"
    case .noComma: "a comma or the closing \"}\" is wanted after a value; is the line cut short?"
    case .noValue(let key):
      "\"\(key)\" has no value; write a string in quotes, a number, true, false or null"
    case .unclosedString: "a string opens and does not close on its line; write line ends as \\n"
    case .textAfter: "something follows the object; write one object a line"
    case .controlCharacter: "a string holds a control character; write it as \\t or \\u0009"
    case .escape: "a string holds a backslash that is no escape; double it"
    case .surrogate: "a string holds half of a surrogate pair; write the character itself"
    case .nul: "a string holds the character 0; leave it out"
    case .number(let key):
      "\"\(key)\" has a number that is none; write it as 12.5, or as a string in quotes"
    case .nested(let key):
      "\"\(key)\" holds an object or an array; write a plain value"
    case .repeated(let key): "the key \"\(key)\" is there twice; remove one"
    case .unknown(let key):
      "the key \"\(key)\" is not in the first line; write the same keys in every line, null where "
        + "there is no value"
    case .tooManyKeys:
      "the line has more than \(JSONColumns.maximumCount) keys; leave out what is not needed"
    }
  }
}
