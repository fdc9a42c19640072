import Doctor
import FoundationEssentials
import Glibc
import TestSupport
import Testing
import Threading

@testable import granary

@Suite("granary doctor")
struct DoctorVerbTests {
  private struct Report: Decodable {
    struct Check: Decodable {
      var check: String, verdict: String, found: String, `do`: String
    }
    var wrong: Int, warnings: Int
    var checks: [Check]
  }

  private func report(_ words: String...) throws -> (report: Report, code: Int32) {
    let result = try Binary.run(["doctor", "--json"] + words)
    guard case .code(let code) = result.exit else { throw ShapelessResult(errors: result.errors) }
    let report = try JSONDecoder().decode(Report.self, from: Data(result.output.utf8))
    return (report, code)
  }

  private struct ShapelessResult: Error { var errors: String }

  @Test("ends with its own code when something is wrong, and says what to do about it")
  func wrong() throws {
    let folder = try TemporaryFolder()
    _ = try Binary.run(["keys", "add", "c", "--role", "client", "--cluster", folder.path])
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o644], ofItemAtPath: folder.file("keys/c.secret"))
    let (report, code) = try report("--cluster", folder.path)
    #expect(code == 7)
    #expect(report.wrong == report.checks.count { $0.verdict == "wrong" })
    #expect(report.warnings == report.checks.count { $0.verdict == "warning" })
    let key = try #require(report.checks.first { $0.check == "key of c" })
    #expect(key.verdict == "wrong" && key.do.contains("chmod 600"))
    let text = try Binary.run(["doctor", "--cluster", folder.path]).output
    #expect(text.contains("do: `chmod 600"))
    #expect(text.hasSuffix("\(report.warnings) \(report.warnings == 1 ? "warning" : "warnings")\n"))
  }

  @Test("goes on with the usual settings where those that are given make no sense")
  func settings() throws {
    let folder = try TemporaryFolder()
    let (report, code) = try report("--cluster", folder.path, "--set", "worker.trainers=many")
    #expect(code == 7)
    let settings = try #require(report.checks.first { $0.check == "settings" })
    #expect(settings.verdict == "wrong" && settings.found.contains("worker.trainers"))
    #expect(report.checks.contains { $0.check == "libzmq" && $0.verdict == "ok" })
  }

  @Test("asks a cluster that is up, and finds its own ports taken by itself alone")
  func cluster() async throws {
    let folder = try TemporaryFolder()
    let cluster = folder.file("cluster")
    var command = Binary.command(["up", "--workers", "1", "--cluster", cluster])
    command.standardOutput = .file(folder.file("up.out"))
    command.standardError = .file(folder.file("up.err"))
    let up = try Nursery.start(command)
    defer {
      up.kill(SIGINT)
      up.wait()
    }
    let isReady = await eventually {
      try text(folder.file("up.out")).contains("ready: ") || !up.isRunning
    }
    try #require(isReady && up.isRunning)
    let (report, _) = try report("--cluster", cluster)
    let verdicts = Dictionary(
      report.checks.map { ($0.check, $0.verdict) }, uniquingKeysWith: { first, _ in first })
    for check in ["keys", "coordinator", "clock skew", "schema of worker-1", "worker port"] {
      #expect(verdicts[check] == "ok", "\(check): \(verdicts[check] ?? "not looked at")")
    }
    #expect(verdicts["cluster"] != nil)
  }

  @Test("says when another build would make more of the processor")
  func level() {
    #expect(ProcessorLevel.finding(built: .v3, best: .v3).verdict == .ok)
    let slow = ProcessorLevel.finding(built: .v3, best: .v4)
    #expect(slow.verdict == .warning && slow.wayOut.contains("--cpu x86-64-v4"))
    let old = "flags : avx avx2 bmi1 bmi2 f16c fma abm movbe xsave\n"
    #expect(ProcessorLevel.best(cpuinfo: old) == .v3)
    #expect(ProcessorLevel.best(cpuinfo: "flags : fpu\n") == .baseline)
    #expect(ProcessorLevel.best(cpuinfo: "Features : asimd\n") == nil)
  }
}
