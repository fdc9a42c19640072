/// The head of one series, one window: the oracle of `LaneHead`.
struct ScalarHead<Number: ScalarNumber> {
  let shape: HeadShape

  struct Memory {
    var hidden: [Number]
    /// By day and unit; the hidden state itself where the head has no units.
    var units: [[Number]] = []
    /// By day and output.
    var outputs: [[Number]] = []
  }

  func forward(
    _ hidden: [Number], _ window: ScalarNetwork<Number>.Window, _ weights: [Number]
  ) -> Memory {
    var memory = Memory(hidden: hidden)
    for day in 0..<shape.days {
      var units = shape.units == 0 ? hidden : []
      for unit in 0..<shape.units {
        var sum = weights[shape.firstUnitBias + unit]
        for column in 0..<shape.hidden {
          sum += weights[shape.state.place(unit, column)] * hidden[column]
        }
        for column in 0..<shape.statics {
          sum += weights[shape.given.place(unit, column)] * window.statics[column]
        }
        for column in 0..<shape.features {
          sum += weights[shape.known.place(unit, column)] * window.features[day][column]
        }
        units.append(Number.hyperbolicTangent(sum))
      }
      memory.units.append(units)
      memory.outputs.append(
        (0..<shape.outputs).map { output in
          var sum = weights[shape.firstOutputBias + output]
          for column in 0..<shape.output.columns {
            sum += weights[shape.output.place(output, column)] * units[column]
          }
          return sum
        })
    }
    return memory
  }

  /// Adds the derivatives by the weights; returns those by the hidden state.
  func backward(
    _ memory: Memory, _ window: ScalarNetwork<Number>.Window, _ outputSlopes: [[Number]],
    _ weights: [Number], _ slopes: inout [Number]
  ) -> [Number] {
    var hiddenSlopes = Array(repeating: Number(0), count: shape.hidden)
    for day in 0..<shape.days {
      let units = memory.units[day]
      var unitSlopes = Array(repeating: Number(0), count: units.count)
      for (output, slope) in outputSlopes[day].enumerated() {
        slopes[shape.firstOutputBias + output] += slope
        for column in units.indices {
          let place = shape.output.place(output, column)
          slopes[place] += slope * units[column]
          unitSlopes[column] += slope * weights[place]
        }
      }
      guard shape.units > 0 else {
        for column in units.indices { hiddenSlopes[column] += unitSlopes[column] }
        continue
      }
      for unit in units.indices {
        let pull = unitSlopes[unit] * (1 - units[unit] * units[unit])
        slopes[shape.firstUnitBias + unit] += pull
        for column in 0..<shape.hidden {
          let place = shape.state.place(unit, column)
          slopes[place] += pull * memory.hidden[column]
          hiddenSlopes[column] += pull * weights[place]
        }
        for column in 0..<shape.statics {
          slopes[shape.given.place(unit, column)] += pull * window.statics[column]
        }
        for column in 0..<shape.features {
          slopes[shape.known.place(unit, column)] += pull * window.features[day][column]
        }
      }
    }
    return hiddenSlopes
  }
}
