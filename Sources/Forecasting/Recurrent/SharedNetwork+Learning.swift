public import Demand
import Recurrent

extension SharedNetwork {
  /// What a lesson on the last days takes of the steps and of their size.
  private static let last = (steps: 0.2, size: Float(0.3))
  /// The most series in which it is compared with smoothing.
  private static let mostCompared = 400
  /// The most series that the days held out are judged by.
  private static let mostJudged = 2_000

  /// A network taught on SKUs as they were known on `asOf`; of more series than `mostSeries` it
  /// takes the first.
  public static func learned(
    from items: [ItemDemand], asOf: Day, settings: FitSettings
  ) -> SharedNetwork {
    var inputs: [SeriesInput] = []
    for item in items where inputs.count < mostSeries {
      inputs += ItemHistory(item, asOf: asOf).fitted.map(\.input)
    }
    return learned(from: inputs, settings: settings)
  }

  /// A network taught on series; of more than `mostSeries` it takes the first.
  public static func learned(from inputs: [SeriesInput], settings: FitSettings) -> SharedNetwork {
    let season = FitSettings(season: settings.season).season
    let histories = inputs.prefix(mostSeries).map { $0.history(season: season) }
    let tested = histories.map { NetworkPupil.tested($0, horizon: settings.horizon) }
    // How windows are read must not tell of the days held out either.
    let recipe = WindowRecipe(
      for: zip(histories, tested).map { $0.prefix($1) }, season: season,
      horizon: settings.horizon)
    let size = NetworkSize(settings.recurrent)
    let seed = settings.seed
    let pupils = zip(histories, tested).map { NetworkPupil($0, recipe: recipe, tested: $1) }
    var lesson = Lesson()
    lesson.series = pupils.count
    func failed(_ reason: String) -> SharedNetwork {
      lesson.trouble = reason
      return SharedNetwork(recipe: recipe, size: size, tested: [], whole: [], lesson: lesson)
    }
    let course = NetworkCourse(pupils, .tested, recipe: recipe, size: size, share: 1)
    guard course.windows > 0 else {
      // A backtest takes a third.
      let needed = ((NetworkPupil.leastAge + recipe.days) * 3 + 1) / 2
      return failed("no series has the \(needed) days that a network learns from")
    }
    do throws(TrainingTrouble) {
      let first = try taught(course, from: nil, stepSize: 1, seed: seed)
      let tested = first.weights
      lesson.losses = first.curve
      lesson.heldOut = heldOut(pupils, recipe, size, tested)
      let trial = SharedNetwork(
        recipe: recipe, size: size, tested: tested, whole: tested, lesson: lesson)
      lesson.againstSmoothing = trial.againstSmoothing(histories, settings)
      let rest = NetworkCourse(pupils, .whole, recipe: recipe, size: size, share: last.steps)
      let second = try taught(rest, from: tested, stepSize: last.size, seed: seed &+ 1)
      lesson.windows = course.steps * course.batch + rest.steps * rest.batch
      return SharedNetwork(
        recipe: recipe, size: size, tested: tested, whole: second.weights, lesson: lesson)
    } catch { return failed(error.description) }
  }

  /// Its backtest's error over that of smoothing in the median of some series: a mean would hang on
  /// the few in which one of both errs next to nothing.
  private func againstSmoothing(_ histories: [History], _ settings: FitSettings) -> Double? {
    var ratios: [Double] = []
    var settings = settings
    settings.isTrial = true
    // What is to be found out must not keep it from trying.
    settings.candidates = [.lstm]
    let step = max(1, (histories.count + Self.mostCompared - 1) / Self.mostCompared)
    for index in stride(from: 0, to: histories.count, by: step) {
      guard let backtest = Backtest(histories[index], horizon: settings.horizon) else { continue }
      func score(_ family: any ModelFamily) -> Double? {
        let model = try? family.fit(backtest.training, settings: settings, start: nil)
        return
          (model?.paths(
            backtest.history, origins: backtest.origins, horizon: backtest.horizon)).map(
            backtest.score)
      }
      guard let own = score(RecurrentFamily(network: self)), let other = score(SmoothingFamily()),
        own > 0, other > 0, own.isFinite, other.isFinite
      else { continue }
      ratios.append(own / other)
    }
    ratios.sort()
    return ratios.isEmpty ? nil : ratios[ratios.count / 2]
  }

  private static func taught(
    _ course: NetworkCourse, from weights: [Float]?, stepSize: Float, seed: UInt64
  ) throws(TrainingTrouble) -> SharedTraining.Learned {
    var training = SharedTraining()
    training.steps = course.steps
    training.batch = course.batch
    training.stepSize *= stepSize
    training.seed = seed
    let shape = course.size.shape(course.recipe, days: course.recipe.days)
    return try training.train(shape, loss: NetworkSize.loss, from: weights) { step in
      course.table(seed: seed &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(step))
    }
  }

  /// The squared errors on the first days held out over those of the base.
  private static func heldOut(
    _ pupils: [NetworkPupil], _ recipe: WindowRecipe, _ size: NetworkSize, _ weights: [Float]
  ) -> Double? {
    let shape = size.shape(recipe, days: recipe.days)
    var table = WindowTable(WindowLayout(shape))
    let able = pupils.filter { pupil in
      pupil.tested >= NetworkPupil.leastAge && pupil.tested + recipe.days <= pupil.maker.count
    }
    for pupil in able.prefix(mostJudged) {
      pupil.maker.append(
        origin: pupil.tested, ahead: Array(0..<recipe.days), end: pupil.maker.count, dayWeight: 1,
        to: &table)
    }
    let outputs = NetworkOutputs(shape, loss: NetworkSize.loss, weights: weights).of(table)
    var errors = 0.0
    var naive = 0.0
    for window in 0..<table.count {
      let row = table[window]
      let (first, layout) = (row.startIndex, table.layout)
      for day in 0..<recipe.days where row[first + layout.dayWeights.lowerBound + day] > 0 {
        let target = row[first + layout.targets.lowerBound + day]
        let error = Double(outputs[(window * recipe.days + day) * shape.outputs] - target)
        let other = Double(row[first + layout.bases.lowerBound + day] - target)
        errors += error * error
        naive += other * other
      }
    }
    return naive > 0 ? errors / naive : nil
  }
}
