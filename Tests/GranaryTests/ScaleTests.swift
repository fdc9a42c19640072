import Coordination
import FoundationEssentials
import Glibc
import Settings
import TestSupport
import Testing
import Threading

@testable import granary

@Suite("The workers of a local cluster")
struct WorkerRosterTests {
  private func names(_ roster: WorkerRoster) -> [String] {
    roster.entries.map { $0.isLeaving ? "-\($0.name)" : $0.name }
  }

  @Test("are as many as are wanted: the last ones leave first, and places are filled again")
  func scale() {
    var roster = WorkerRoster(wanted: 2)
    #expect(names(roster) == ["worker-1", "worker-2"])
    #expect(roster.scale(to: 3) == ["worker-3"])
    #expect(roster.scale(to: 1) == [])
    #expect(names(roster) == ["worker-1", "-worker-2", "-worker-3"])
    roster.remove("worker-3")
    #expect(roster.scale(to: 3) == ["worker-3"])
    #expect(names(roster) == ["worker-1", "worker-2", "worker-3"])
  }

  @Test("begin with those that have data, also where fewer are wanted")
  func known() {
    let known = ["worker-10", "worker-2", "worker-1", "stranger"]
    let roster = WorkerRoster(wanted: 2, known: known)
    #expect(names(roster) == ["worker-1", "worker-2", "-worker-10"])
    #expect(names(WorkerRoster(wanted: 2, known: ["worker-2"])) == ["worker-1", "worker-2"])
  }

  @Test("are one fewer when somebody else told one to leave")
  func left() {
    var roster = WorkerRoster(wanted: 3)
    roster.remove("worker-2")
    #expect(roster.wanted == 2 && names(roster) == ["worker-1", "worker-3"])
  }
}

@Suite("granary scale")
struct ScaleTests {
  private func status(_ cluster: String) throws -> ClusterStatus? {
    let result = try Binary.run(["status", "--json", "--cluster", cluster])
    return try? JSONDecoder().decode(ClusterStatus.self, from: Data(result.output.utf8))
  }

  @Test("starts more workers and ends some, without losing a row; the next `up` has as many")
  func life() async throws {
    let folder = try TemporaryFolder()
    let cluster = folder.file("cluster")
    func up() async throws -> ChildProcess {
      for name in ["output", "errors"] { unsafe unlink(folder.file(name)) }
      let up = try Binary.start(
        ["up", "--cluster", cluster, "--set", "cluster.shards=4"], in: folder)
      let isReady = await eventually { try text(folder.file("output")).hasPrefix("ready: ") }
      try #require(isReady, "\((try? text(folder.file("errors"))) ?? "")")
      return up
    }
    func scale(_ count: Int) throws -> Binary.Result {
      try Binary.run(["scale", "\(count)", "--cluster", cluster, "--json"])
    }
    let rows =
      "sku,location,date,units\n"
      + (0..<40).map { "S-\($0),north,2026-01-0\($0 % 9 + 1),\($0 + 1)\n" }.joined()
    let first = try await up()
    let ingested = try Binary.run(
      ["ingest", "-", "--source", "all", "--cluster", cluster], input: rows)
    #expect(ingested.exit == .code(0), "\(ingested.errors)")
    func sales() throws -> String {
      try Binary.run(["export", "sales", "--output", "-", "--cluster", cluster]).output
    }
    let before = try sales()

    let more = try scale(4)
    #expect(more.exit == .code(0), "\(more.errors)")
    #expect(more.output.contains("\"wanted\":4,\"done\":true"), "\(more.output)")
    let hasShare = await eventually {
      try status(cluster)?.nodes.allSatisfy { $0.shards > 0 } ?? false
    }
    #expect(hasShare)
    let fewer = try scale(1)
    #expect(fewer.exit == .code(0), "\(fewer.errors)")
    #expect(fewer.output.contains("\"workers\":[{\"name\":\"worker-1\",\"phase\":\"serving\"}]"))
    let isServed = await eventually {
      try status(cluster).map { $0.servedShards == 4 && $0.nodes.map(\.shards) == [4] } ?? false
    }
    #expect(isServed)
    #expect(try sales() == before)

    first.kill(SIGINT)
    #expect(first.wait() == .code(0))
    let second = try await up()
    #expect(try text(folder.file("output")).hasPrefix("ready: 1 worker,"))
    #expect(try sales() == before)
    second.kill(SIGINT)
    #expect(second.wait() == .code(0))
  }

  @Test("is refused where no local cluster runs, and for no workers at all")
  func refused() throws {
    let folder = try TemporaryFolder()
    let away = try Binary.run(["scale", "2", "--cluster", folder.path])
    #expect(away.exit == .code(4))
    #expect(away.errors.contains("no `granary up` runs in \(folder.path)"), "\(away.errors)")
    #expect(try Binary.refusal("scale", "0", "--cluster", folder.path).contains("0"))
  }
}
