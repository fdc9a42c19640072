import Backup
import ClientNode
import CommandLineArguments

/// What is said of backups, for people and for programs.
enum BackupText {
  static let shards = ProgressReading.Unit("shard", "shards")
  static let mebibytes = ProgressReading.Unit("MiB", "MiB")

  // MARK: One that was made

  static func text(_ report: BackupReport, _ pruned: BackupFolder.Pruned?) -> String {
    let cut = report.cut
    let seconds = Double(report.milliseconds) / 1_000
    var text = "\(report.name): \(Readable.grouped(cut.shards.count, "shard", "shards"))"
    if report.unchangedShards > 0 {
      text += " (\(Readable.grouped(report.unchangedShards)) as before)"
    }
    text += ", \(Readable.grouped(cut.rows, "row", "rows")), \(Readable.bytes(cut.bytes)), "
    text += "\(Readable.bytes(report.newBytes)) of them new, in "
    text += "\(Readable.duration(seconds: seconds)); nothing was acknowledged for "
    text += "\(cut.pauseMilliseconds) ms\n"
    if report.cuts > 1 {
      text += "Workers were lost meanwhile: this is moment \(report.cuts) that was tried.\n"
    }
    text += atWork(cut)
    if let pruned {
      text += "Removed \(Readable.grouped(pruned.cuts.count, "older backup", "older backups")) and "
      text +=
        "\(Readable.grouped(pruned.blocks, "block", "blocks")) (\(Readable.bytes(pruned.bytes)))"
      text += " that none needs.\n"
    }
    return text
  }

  private static func atWork(_ cut: BackupCut) -> String {
    cut.runs.map { run in
      "Run \(run.run) (\(run.kind)) was at work: a part of its results may be in the backup, and "
        + "after a restore it has failed.\n"
    }.joined()
  }

  static func json(_ report: BackupReport, _ pruned: BackupFolder.Pruned?) -> String {
    var json = JSONText()
    json.object { json in
      json.member("cut", report.name)
      write(report.cut, &json)
      json.member("unchangedShards", report.unchangedShards)
      json.member("readBytes", report.readBytes)
      json.member("newBlocks", report.newBlocks)
      json.member("newBytes", report.newBytes)
      json.member("moments", report.cuts)
      json.member("seconds", Double(report.milliseconds) / 1_000)
      if let pruned {
        json.member("removedCuts", pruned.cuts.count)
        json.member("removedBlocks", pruned.blocks)
        json.member("removedBytes", pruned.bytes)
      }
    }
    json.newline()
    return json.drain()
  }

  private static func write(_ cut: BackupCut, _ json: inout JSONText) {
    json.member("time", CutName.time(cut.seconds))
    json.member("cluster", String(cut.clusterID, radix: 16))
    json.member("program", cut.program)
    json.member("schema", cut.schema)
    json.member("shards", cut.shards.count)
    json.member("rows", cut.rows)
    json.member("bytes", cut.bytes)
    json.member("blocks", cut.blocks.count)
    json.member("pauseMilliseconds", cut.pauseMilliseconds)
    json.array("runsAtWork") { json in
      for run in cut.runs {
        json.object { json in
          json.member("run", Int(run.run))
          json.member("kind", run.kind)
        }
      }
    }
  }

  // MARK: Those that are there

  static func table(_ cuts: [BackupFolder.CutFile]) -> String {
    guard !cuts.isEmpty else { return "no whole backup\n" }
    var table = TextTable([
      .left("Cut"), .left("Made"), .right("Shards"), .right("Rows"), .right("Size"),
      .right("Blocks"), .right("Pause ms").optional(), .left("Runs at work").optional(2),
    ])
    for file in cuts {
      switch file.cut {
      case .success(let cut):
        table.add([
          file.name, CutName.time(cut.seconds), "\(cut.shards.count)", Readable.grouped(cut.rows),
          Readable.bytes(cut.bytes), "\(cut.blocks.count)", "\(cut.pauseMilliseconds)",
          cut.runs.map { "\($0.run) (\($0.kind))" }.joined(separator: ", "),
        ])
      case .failure(let error): table.add([file.name, "\(error)", "", "", "", "", "", ""])
      }
    }
    return table.render(for: .standardOutput)
  }

  static func json(_ cuts: [BackupFolder.CutFile]) -> String {
    var json = JSONText()
    for file in cuts {
      json.object { json in
        json.member("cut", file.name)
        switch file.cut {
        case .success(let cut): write(cut, &json)
        case .failure(let error): json.member("trouble", "\(error)")
        }
      }
      json.newline()
    }
    return json.drain()
  }

  // MARK: What is damaged

  static func text(_ outcome: BackupCheck.Outcome) -> String {
    let read =
      "\(Readable.grouped(outcome.cuts, "backup", "backups")), "
      + "\(Readable.grouped(outcome.blocks, "block", "blocks")), \(Readable.bytes(outcome.bytes))"
    guard !outcome.findings.isEmpty else { return "\(read): whole\n" }
    var text = outcome.findings.map { "damaged: \($0)\n" }.joined()
    text += "\(read): \(Readable.grouped(outcome.findings.count, "file is", "files are")) damaged. "
    text += "A block is written anew by the next backup where the cluster has its rows still; "
    text += "remove it first if it is there\n"
    return text
  }

  static func json(_ outcome: BackupCheck.Outcome) -> String {
    var json = JSONText()
    json.object { json in
      json.member("cuts", outcome.cuts)
      json.member("blocks", outcome.blocks)
      json.member("bytes", outcome.bytes)
      json.array("damaged") { json in
        for finding in outcome.findings {
          json.object { json in
            json.member("file", finding.file)
            json.member("shard", finding.shard)
            json.array("tables") { json in for table in finding.tables { json.element(table) } }
            json.array("cuts") { json in for cut in finding.cuts { json.element(cut) } }
            json.member("reason", finding.reason)
          }
        }
      }
    }
    json.newline()
    return json.drain()
  }
}
