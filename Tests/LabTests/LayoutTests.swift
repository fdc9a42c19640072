import Testing

@testable import lab

@Suite("Where the nodes of the lab are")
struct LayoutTests {
  @Test("one coordinator has a host for itself, and each worker one")
  func one() {
    let layout = Layout()
    #expect(layout.coordinators == ["coordinator"] && layout.members.isEmpty)
    #expect(layout.nodes(on: 1) == ["coordinator"])
    #expect((2...5).map { layout.nodes(on: $0) } == Nodes.workers.map { [$0] })
    #expect(layout.spare == Nodes.spare)
  }

  @Test("three share their hosts with their etcd and workers, as in the recipe")
  func three() {
    let layout = Layout(coordinators: 3)
    for host in 1...3 {
      #expect(
        layout.nodes(on: host) == ["etcd-\(host)", "coordinator-\(host)", "worker-\(host)"])
    }
    #expect(layout.nodes(on: 4) == ["worker-4"] && layout.nodes(on: 5) == ["worker-5"])
    #expect(layout.spare == "worker-5" && layout.firstWorkers.count == 4)
    #expect(layout.isMember("etcd-2") && !layout.isMember("coordinator-2"))
  }
}

@Suite("The recipe for three hosts, in the lab")
struct RecipeTests {
  private static let folder =
    #filePath.split(separator: "/", omittingEmptySubsequences: false)
    .dropLast(3).joined(separator: "/") + "/cluster/three-hosts/etc"

  private func text(_ name: String, for host: Int) throws -> String {
    Recipe.text(try TextFile.existing("\(Self.folder)/\(name)"), for: host, at: "/disk")
  }

  @Test("says of each host its own name and address, and of all of them the same list")
  func etcd() throws {
    let own = try text("etcd.env", for: 2)
    #expect(own.contains("ETCD_NAME=barn-2\n"))
    #expect(own.contains("ETCD_LISTEN_CLIENT_URLS=https://10.77.0.2:2379\n"))
    #expect(own.contains("ETCD_CERT_FILE=/disk/etc/etcd/member.pem\n"))
    #expect(own.contains("ETCD_DATA_DIR=/disk/etcd/granary\n"))
    let list = "ETCD_INITIAL_CLUSTER=barn-1=https://10.77.0.1:2380,barn-2=https://10.77.0.2:2380,"
    for host in 1...3 { #expect(try text("etcd.env", for: host).contains(list), "\(host)") }
    #expect(!own.contains("10.0.0."))
  }

  @Test("gives nodes their settings and addresses")
  func nodes() throws {
    let settings = try text("granary.json5", for: 3)
    #expect(settings == (try text("granary.json5", for: 1)))
    #expect(settings.contains(#""https://10.77.0.1:2379", "https://10.77.0.2:2379""#))
    #expect(settings.contains("/disk/etc/etcd/client.key"))
    let host = try text("host.env", for: 3)
    #expect(host.contains("GRANARY_CLUSTER_FOLDER=/disk/cluster\n"))
    #expect(host.contains("GRANARY_WORKER_LISTEN=tcp://10.77.0.3:5041\n"))
    #expect(host.contains("GRANARY_WORKER_HOST=barn-3\n"))
  }

  @Test("knows who leads etcd from what most of its members say")
  func leader() {
    func answer(_ host: Int, _ id: UInt64, leader: UInt64) -> String {
      #"{"Endpoint":"https://10.77.0.\#(host):2379","Status":{"header":{"member_id":\#(id)},"#
        + #""version":"3.4.23","leader":\#(leader)}}"#
    }
    let large: UInt64 = 17_000_000_000_000_000_000
    let answers = EtcdLeader.answers(
      "[\(answer(1, 7, leader: 7)),\(answer(2, 8, leader: large)),"
        + "\(answer(3, large, leader: large))]")
    #expect(answers.count == 3)
    #expect(EtcdLeader.leader(answers)?.Endpoint == "https://10.77.0.3:2379")
    #expect(EtcdLeader.leader(EtcdLeader.answers("Error: timed out")) == nil)
    #expect(
      EtcdLeader.leader(
        EtcdLeader.answers("[\(answer(1, 7, leader: 7)),\(answer(2, 8, leader: 0))]")) == nil)
  }
}
