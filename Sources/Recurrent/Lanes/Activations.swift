/// exp, sigmoid and tanh of lanes.
///
/// Bounds, over all of -100...100: exp within 2e-7 of its value for arguments to +-87, and from
/// there on as at +-87; sigmoid and tanh within 2e-7 of theirs, absolutely. What is not a number
/// stays so.
///
/// Transparent, not only inlined: a specialised copy of these is otherwise called, with lanes going
/// through memory, which costs a fifth of a training step.
enum Activations {
  /// 2^n 2^f: n to the nearest whole number by adding and taking away 1.5 * 2^23, a polynomial of
  /// degree 7 on [-log(2)/2, log(2)/2] (Cody and Waite's reduction in two parts; the minimax
  /// coefficients of Cephes' expf), and 2^n by adding to the exponent's bits.
  @_transparent
  static func exp<L: LaneVector>(_ x: L) -> L {
    let x = x.within(87)
    let magic = L.all(12_582_912)
    let shifted = magic.plus(x, times: L.all(1.442_695_04))
    let whole = shifted - magic
    var rest = x.plus(whole, times: L.all(-0.693_359_375))
    rest = rest.plus(whole, times: L.all(2.121_944_4e-4))
    var p = L.all(1.987_569_15e-4)
    p = L.all(1.398_199_95e-3).plus(p, times: rest)
    p = L.all(8.333_451_9e-3).plus(p, times: rest)
    p = L.all(4.166_579_6e-2).plus(p, times: rest)
    p = L.all(1.666_666_55e-1).plus(p, times: rest)
    p = L.all(5.000_000_1e-1).plus(p, times: rest)
    let square = rest * rest
    let value = (rest + L.all(1)).plus(p, times: square)
    return value.timesPower(shifted)
  }

  /// 2^(x factor), with x factor brought within +-57: what sigmoid and tanh are made of. There they
  /// have no more to say, and the product of two denominators does not overflow. Less than `exp`
  /// will do: where a power is large or small, its relative error hardly shows in their values. A
  /// polynomial of degree 5 on [-1/2, 1/2], 1 at 0, with the least relative error (1.1e-7; found by
  /// linear programming on 4,001 points).
  @_transparent
  private static func power<L: LaneVector>(_ x: L, times factor: Float) -> L {
    let x = (x * L.all(factor)).within(57)
    let magic = L.all(12_582_912)
    let shifted = x + magic
    let rest = x - (shifted - magic)
    var p = L.all(1.326_472_7e-3)
    p = L.all(9.671_513e-3).plus(p, times: rest)
    p = L.all(5.550_733_6e-2).plus(p, times: rest)
    p = L.all(2.402_224_2e-1).plus(p, times: rest)
    p = L.all(6.931_47e-1).plus(p, times: rest)
    p = L.all(1).plus(p, times: rest)
    return p.timesPower(shifted)
  }

  /// e^-x and e^-2x.
  @_transparent
  private static func decay<L: LaneVector>(_ x: L) -> L { power(x, times: -1.442_695_04) }
  @_transparent
  private static func decayTwice<L: LaneVector>(_ x: L) -> L { power(x, times: -2.885_390_08) }

  @_transparent
  static func sigmoid<L: LaneVector>(_ x: L) -> L { L.all(1) / (L.all(1) + decay(x)) }

  @_transparent
  static func tanh<L: LaneVector>(_ x: L) -> L {
    let power = decayTwice(x)
    return (L.all(1) - power) / (L.all(1) + power)
  }

  /// A sigmoid and a tanh for one division: quotients with a common denominator.
  @_transparent
  static func sigmoidAndTanh<L: LaneVector>(_ x: L, _ y: L) -> (L, L) {
    let one = L.all(1)
    let a = decay(x)
    let b = decayTwice(y)
    let share = one / ((one + a) * (one + b))
    return (share * (one + b), share * (one + a) * (one - b))
  }

  /// Two sigmoids for one division.
  @_transparent
  static func sigmoids<L: LaneVector>(_ x: L, _ y: L) -> (L, L) {
    let one = L.all(1)
    let a = decay(x)
    let b = decay(y)
    let share = one / ((one + a) * (one + b))
    return (share * (one + b), share * (one + a))
  }
}

extension Activations {
  /// What a function of one number makes of sixteen at a time; for who asks how near it is.
  enum Function: CaseIterable {
    case exp, sigmoid, tanh
    case sigmoidBesideTanh, tanhBesideSigmoid, firstSigmoid, secondSigmoid
  }

  /// Each of the numbers through a function; beside another number where it shares a division.
  static func values(_ function: Function, _ numbers: [Float], beside: Float = 0) -> [Float] {
    var result: [Float] = []
    result.reserveCapacity(numbers.count)
    let other = SIMD16<Float>(repeating: beside)
    for first in stride(from: 0, to: numbers.count, by: 16) {
      var x = SIMD16<Float>(repeating: 0)
      let count = min(16, numbers.count - first)
      for lane in 0..<count { x[lane] = numbers[first + lane] }
      let y =
        switch function {
        case .exp: exp(x)
        case .sigmoid: sigmoid(x)
        case .tanh: tanh(x)
        case .sigmoidBesideTanh: sigmoidAndTanh(x, other).0
        case .tanhBesideSigmoid: sigmoidAndTanh(other, x).1
        case .firstSigmoid: sigmoids(x, other).0
        case .secondSigmoid: sigmoids(other, x).1
        }
      for lane in 0..<count { result.append(y[lane]) }
    }
    return result
  }
}
