/// A recurrent layer of one series, one window: the oracle of `LaneLayer`.
struct ScalarLayer<Number: ScalarNumber> {
  let shape: LayerShape

  struct Memory {
    /// By day: inputs and the hidden state of the day before.
    var read: [[Number]] = []
    /// By day, unit and gate, after their activation.
    var gates: [[[Number]]] = []
    /// After so many days, by unit.
    var cells: [[Number]]
    var hidden: [[Number]]
  }

  func forward(_ inputs: [[Number]], _ weights: [Number]) -> Memory {
    let zeros = Array(repeating: Number(0), count: shape.hidden)
    var memory = Memory(cells: [zeros], hidden: [zeros])
    for step in 0..<shape.steps {
      let read = inputs[step] + memory.hidden[step]
      var (gates, cells, hidden) = ([[Number]](), [Number](), [Number]())
      for unit in 0..<shape.hidden {
        let sums = (0..<4).map { gate in
          var sum = weights[shape.firstBias + unit * 4 + gate]
          for column in 0..<shape.reads {
            sum += weights[shape.gates.place(unit * 4 + gate, column)] * read[column]
          }
          return sum
        }
        let (i, f, o) = (Number.sigmoid(sums[0]), Number.sigmoid(sums[1]), Number.sigmoid(sums[3]))
        let g = Number.hyperbolicTangent(sums[2])
        let cell = f * memory.cells[step][unit] + i * g
        gates.append([i, f, g, o])
        cells.append(cell)
        hidden.append(o * Number.hyperbolicTangent(cell))
      }
      memory.read.append(read)
      memory.gates.append(gates)
      memory.cells.append(cells)
      memory.hidden.append(hidden)
    }
    return memory
  }

  /// Adds the derivatives by the weights, from those by each day's hidden state; returns those by
  /// the inputs of each day.
  func backward(
    _ memory: Memory, _ outer: [[Number]], _ weights: [Number], _ slopes: inout [Number]
  ) -> [[Number]] {
    var carried = Array(repeating: Number(0), count: shape.hidden)
    var cellSlopes = carried
    var inputSlopes: [[Number]] = []
    for step in (0..<shape.steps).reversed() {
      var readSlopes = Array(repeating: Number(0), count: shape.reads)
      for unit in 0..<shape.hidden {
        let gate = memory.gates[step][unit]
        let (i, f, g, o) = (gate[0], gate[1], gate[2], gate[3])
        let t = Number.hyperbolicTangent(memory.cells[step + 1][unit])
        let slope = carried[unit] + outer[step][unit]
        let cell = cellSlopes[unit] + slope * o * (1 - t * t)
        let pulls = [
          cell * g * i * (1 - i), cell * memory.cells[step][unit] * f * (1 - f),
          cell * i * (1 - g * g), slope * t * o * (1 - o),
        ]
        cellSlopes[unit] = cell * f
        for (gate, pull) in pulls.enumerated() {
          slopes[shape.firstBias + unit * 4 + gate] += pull
          for column in 0..<shape.reads {
            let place = shape.gates.place(unit * 4 + gate, column)
            slopes[place] += pull * memory.read[step][column]
            readSlopes[column] += pull * weights[place]
          }
        }
      }
      carried = Array(readSlopes[shape.inputs...])
      inputSlopes.append(Array(readSlopes[..<shape.inputs]))
    }
    return inputSlopes.reversed()
  }
}
