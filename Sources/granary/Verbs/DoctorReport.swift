import CommandLineArguments
import Doctor

/// What a host's examination found, for people and for programs.
struct DoctorReport {
  let findings: [Finding]

  func count(of verdict: Finding.Verdict) -> Int { findings.count { $0.verdict == verdict } }

  /// A line for each check, and what to do below those that ask for something.
  func text(for terminal: Terminal) -> String {
    let width = findings.map(\.check.count).max() ?? 0
    var text = ""
    for finding in findings {
      let verdict = Self.padded(finding.verdict.rawValue, to: 7)
      let check = Self.padded(finding.check, to: width)
      text += terminal.styled(verdict, Self.style(finding.verdict))
      text += "  \(check)  \(finding.found)\n"
      if !finding.wayOut.isEmpty {
        text += String(repeating: " ", count: 11 + width) + "do: \(finding.wayOut)\n"
      }
    }
    let (wrong, warnings) = (count(of: .wrong), count(of: .warning))
    text += "\n\(Readable.grouped(findings.count, "check", "checks")): "
    text += "\(wrong) wrong, \(Readable.grouped(warnings, "warning", "warnings"))\n"
    return text
  }

  var json: String {
    var json = JSONText()
    json.object { json in
      json.member("wrong", count(of: .wrong))
      json.member("warnings", count(of: .warning))
      json.array("checks") { json in
        for finding in findings {
          json.object { json in
            json.member("check", finding.check)
            json.member("verdict", finding.verdict.rawValue)
            json.member("found", finding.found)
            json.member("do", finding.wayOut)
          }
        }
      }
    }
    json.newline()
    return json.drain()
  }

  private static func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  private static func style(_ verdict: Finding.Verdict) -> Terminal.Style {
    switch verdict {
    case .ok: .green
    case .warning: .yellow
    case .wrong: .red
    }
  }
}
