import Demand
import Packing
import TrainerNode
import WireProtocol

extension FuzzTarget {
  /// What comes through sockets and pipes.
  static let messages = FuzzTarget(
    name: "messages", about: "frames of every kind, rows, what trainers say, status, audit",
    readers: [
      // First and often: what strangers can send.
      frames, frames, frames, sampleRows, runSettings, trainerFrames, ReportReaders.rows,
      ReportReaders.forecastValue, StatusReaders.status, StatusReaders.auditLine,
      StatusReaders.auditLog,
    ])

  private static let frames = FuzzReader.packed(
    "frame",
    {
      guard let node = MessageSamples.node else { return [] }
      return try MessageSamples.all(node).enumerated().map { index, message in
        WireProtocol.Frame(request: UInt64(index) << 40, message)
      }
    },
    pack: { $0.packed() },
    read: { bytes throws(PackingError) in try WireProtocol.Frame(packed: bytes) },
    use: { frame throws(Finding) in
      // Bytes that stand for a NaN must not come in: nothing that holds one equals itself.
      guard frame == frame else { throw Finding("frame: holds what is no number") }
    })

  private static let sampleRows = FuzzReader.packable("row of a sample") {
    let series = DemandSeries(start: Day(number: 20_777), units: [1, 2, .nan])
    let part = SampleRow.Part(location: try Location("north"), series: series.packed())
    return [SampleRow(sku: try SKU("größe"), category: "toys", parts: [part, part])]
  }

  private static let runSettings = FuzzReader.packable("settings of a run") {
    [
      RunSettings(
        season: 7, horizonDays: 91, models: ["ets", "arima"], policy: [1, 2], isUpdate: true,
        scenario: [3])
    ]
  }

  /// A stream: cut into frames it says the same however it arrives.
  private static let trainerFrames = FuzzReader(
    "trainer frames",
    seeds: {
      let frames: [TrainerNode.Frame] = [
        .unit(kind: 1, settings: [1, 2, 3]), .group(serial: 1 << 40, first: 65_535, count: 16),
        .item(TrainingItem(name: "größe", bytes: [4, 5])), .hello(version: 1),
        .result(serial: 3, index: 7, bytes: [6]), .oversized(serial: 3, index: 7, bytes: 1 << 40),
      ]
      var stream: [UInt8] = []
      for frame in frames { frame.append(to: &stream) }
      return [stream]
    },
    check: { bytes throws(Finding) in
      let whole = Talk(bytes, pieceBytes: max(1, bytes.count))
      guard Talk(bytes, pieceBytes: 1 + bytes.count % 5) == whole else {
        throw Finding("trainer frames: pieces say something else")
      }
      var again: [UInt8] = []
      for frame in whole.frames { frame.append(to: &again) }
      guard Talk(again, pieceBytes: max(1, again.count)).frames == whole.frames else {
        throw Finding("trainer frames: written again they say something else")
      }
      return whole.error == nil ? .taken : .refused
    })

  /// What a trainer's pipe said, until something made no sense.
  private struct Talk: Equatable {
    var frames: [TrainerNode.Frame] = []
    var error: PackingError?

    init(_ bytes: [UInt8], pieceBytes: Int) {
      var buffer = FrameBuffer()
      do throws(PackingError) {
        for start in stride(from: 0, to: bytes.count, by: pieceBytes) {
          let piece = Array(bytes[start..<min(bytes.count, start + pieceBytes)])
          unsafe piece.withUnsafeBytes { unsafe buffer.append($0) }
          while let frame = try buffer.next() { frames.append(frame) }
        }
      } catch {
        self.error = error
      }
    }
  }
}
