import TestSupport
import Testing
import Threading

@testable import granary

@Suite("The program")
struct ProgramTests {
  static let verbs = [
    "up", "coordinator", "worker", "trainer", "keys", "ingest", "train", "forecast", "allocate",
    "get", "export", "status", "shards", "explain", "sample", "plans", "runs", "completion",
    "doctor",
  ]

  @Test("says its version, its protocol and the processors that it was built for")
  func version() throws {
    let result = try Binary.run(["version"])
    #expect(result.exit == .code(0))
    #expect(result.output == "granary 0.2.0 (protocol 6, built for \(ProcessorLevel.built))\n")
  }

  @Test("explains each of its verbs", arguments: verbs)
  func help(verb: String) throws {
    let result = try Binary.run([verb, "--help"])
    #expect(result.exit == .code(0))
    #expect(result.output.hasPrefix("granary \(verb): "))
    #expect(result.output.split(separator: "\n").allSatisfy { $0.utf8.count <= 100 })
  }

  @Test("lists its verbs, and keeps the internal one to itself")
  func overview() throws {
    let result = try Binary.run([])
    #expect(result.exit == .code(0))
    for verb in Self.verbs where verb != "trainer" { #expect(result.output.contains("  \(verb) ")) }
    #expect(!result.output.contains("trainer"))
  }

  @Test("proposes the verb that was meant")
  func unknownVerb() throws {
    #expect(
      try Binary.refusal("forcast") == "granary: unknown command forcast; did you mean forecast?\n")
  }

  @Test("ends when the process is gone that it is tied to")
  func orphan() throws {
    // The kernel gives no process so large a number.
    let result = try Binary.run(["--parent=999999999", "version"])
    #expect(result.exit == .signal(9))
    #expect(result.output.isEmpty)
  }

  #if !Etcd
    @Test("refuses records in etcd where it was built without it, and says how it is built")
    func withoutEtcd() throws {
      let result = try Binary.run(["coordinator", "--set", "coordinator.store=etcd"])
      #expect(result.exit == .code(64))
      #expect(result.errors.contains("coordinator.store is etcd (--set)"))
      #expect(result.errors.contains("ops/build --etcd"))
    }
  #endif

  @Test("refuses a trainer that no worker started")
  func trainer() throws {
    let result = try Binary.run(["trainer"])
    #expect(result.exit == .code(64))
    #expect(result.errors.contains("this verb is for the worker"))
  }
}

@Suite("The processor level")
struct ProcessorLevelTests {
  private static let avx2 = "fpu sse2 avx avx2 bmi1 bmi2 f16c fma abm movbe xsave"
  private static let avx512 = avx2 + " avx512f avx512bw avx512cd avx512dq avx512vl"

  private func cpuinfo(_ flags: String) -> String {
    "processor\t: 0\nflags\t\t: \(flags)\nbugs\t\t: none\n\nprocessor\t: 1\nflags\t\t: none\n"
  }

  @Test("is enough where the processor has all of its flags")
  func enough() {
    #expect(ProcessorLevel.v3.complaint(cpuinfo: cpuinfo(Self.avx2)) == nil)
    #expect(ProcessorLevel.v4.complaint(cpuinfo: cpuinfo(Self.avx512)) == nil)
    #expect(ProcessorLevel.baseline.complaint(cpuinfo: cpuinfo("fpu")) == nil)
  }

  @Test("names what is missing, and the level that this processor has")
  func missing() {
    #expect(
      ProcessorLevel.v4.complaint(cpuinfo: cpuinfo(Self.avx2)) == """
        this program was built for x86-64-v4 processors, and this one lacks avx512f, avx512bw, \
        avx512cd, avx512dq, avx512vl; build it again with `ops/run --cpu x86-64-v3`
        """)
    #expect(
      ProcessorLevel.v3.complaint(cpuinfo: cpuinfo("avx bmi1 bmi2 f16c fma abm movbe xsave")) == """
        this program was built for x86-64-v3 processors, and this one lacks avx2; build it again \
        with `ops/run --cpu x86-64`
        """)
  }

  @Test("is not judged by a description without flags")
  func silent() {
    #expect(ProcessorLevel.v4.complaint(cpuinfo: "Features: asimd\n") == nil)
  }
}
