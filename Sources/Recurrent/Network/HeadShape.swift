/// The size of the head, and where its weights stand.
///
///     z = tanh(A h + S v + B f + a),   out = C z + c
///
/// for the last hidden state h, what is known of the series v (statics) and the features f of each
/// day ahead. Without units the head is linear, out = C h + c. Rows of C are filled up to a
/// multiple of four with outputs that nobody reads and whose weights nothing moves.
struct HeadShape: Equatable, Sendable {
  /// What is read: the hidden state.
  let hidden: Int
  /// A multiple of four, or 0.
  let units: Int
  /// What is known of the series at the end of the window.
  let statics: Int
  /// Features of a day ahead.
  let features: Int
  /// Days ahead.
  let days: Int
  /// The mean, then the quantiles.
  let outputs: Int
  let state: PanelMatrix
  let given: PanelMatrix
  let known: PanelMatrix
  let firstUnitBias: Int
  let output: PanelMatrix
  let firstOutputBias: Int

  init(
    hidden: Int, units: Int, statics: Int = 0, features: Int, days: Int, outputs: Int, first: Int
  ) {
    (self.hidden, self.units) = (hidden, units)
    (self.statics, self.features) = (statics, features)
    (self.days, self.outputs) = (days, outputs)
    state = PanelMatrix(rows: units, columns: hidden, first: first)
    given = PanelMatrix(rows: units, columns: statics, first: state.end)
    known = PanelMatrix(rows: units, columns: features, first: given.end)
    firstUnitBias = known.end
    output = PanelMatrix(
      rows: (outputs + 3) / 4 * 4, columns: units > 0 ? units : hidden,
      first: firstUnitBias + units)
    firstOutputBias = output.end
  }

  /// Outputs with those that fill the last panel.
  var rows: Int { output.rows }
  var end: Int { firstOutputBias + rows }
}
