import Testing

@testable import Recurrent

@Suite struct WindowTableTests {
  private let layout = WindowLayout(wholeShape)

  @Test func `Every number of a row has one place`() {
    let parts = [
      layout.meanWeight..<(layout.meanWeight + 1), layout.statics, layout.inputs, layout.features,
      layout.targets, layout.dayWeights, layout.bases,
    ]
    #expect(parts.map(\.count) == [1, 3, 27, 10, 5, 5, 5])
    #expect(parts.flatMap { Array($0) }.sorted() == Array(0..<layout.count))
    #expect((0..<9).flatMap { Array(layout.inputs($0)) } == Array(layout.inputs))
    #expect((0..<5).flatMap { Array(layout.features($0)) } == Array(layout.features))
  }

  @Test func `A row is of zeros until it is filled, and read as it was filled`() {
    var table = WindowTable(layout)
    table.append { _ in }
    table.append { row in
      #expect(row.count == layout.count)
      row[layout.meanWeight] = 2
      row[layout.bases.upperBound - 1] = 3
    }
    #expect(table.count == 2)
    #expect(table[0].allSatisfy { $0 == 0 })
    #expect(table[1].first == 2 && table[1].last == 3)
    #expect(table[1].reduce(0, +) == 5)
  }

  @Test func `A row is taken over from another table`() {
    var table = WindowTable(layout)
    for value: Float in [1, 2, 3] { table.append { $0[4] = value } }
    var other = WindowTable(layout)
    other.append(2, of: table)
    other.append(0, of: table)
    #expect(Array(other[0]) == Array(table[2]) && Array(other[1]) == Array(table[0]))
  }

  @Test func `A table that forgot its windows starts anew`() {
    var table = WindowTable(layout)
    table.append { $0[0] = 7 }
    table.removeAll()
    #expect(table.count == 0)
    table.append { _ in }
    #expect(table[0].allSatisfy { $0 == 0 })
  }
}
