import ClientNode
import CommandLineArguments
import Demand
import Messaging
import Pictures
import Tables

/// `granary plot SKU`: a SKU's past, its forecast and its stock as a picture.
struct PlotVerb: Command {
  static let name = "plot"
  static let abstract = "Draw what a SKU sold, its forecast and its stock."
  static let discussion = """
    The upper picture has what was sold, what the model expected a day ahead with the parameters \
    of today, and the forecast with the bands that hold half and nine tenths of what may come. \
    Grey days had an empty shelf; a day far beyond all others is left out; beneath are promotions \
    and holidays, past and to come. The lower picture has the stock that is to be expected until \
    what is ordered today has arrived: an order is due when what is on hand and on its way is at \
    or below the reorder point. Where a terminal shows no more than ASCII, or NO_COLOR is set, the \
    picture makes do.
    """
  static let examples = [
    Example("granary plot SKU-000001", "In the terminal."),
    Example("granary plot SKU-000001 --location berlin --days 90", "At one location."),
    Example("granary plot SKU-000001 --svg plot.svg", "As a picture for a page."),
  ]

  @Argument("SKU", help: "Which one.") var sku: String
  @Option("NAME", help: "At this location; at all together unless given.") var location: String?
  @Option(
    "DAYS", .within(14...DemandSeries.maximumDays),
    help: "Days of history; 182 in a file, as many as there is room for in a terminal.")
  var days: Int?
  @Option("FILE", help: "Write a picture (SVG) instead; - is standard output.") var svg: Path?
  @Option("N", .within(40...400), help: "Columns to draw in; the terminal's unless given.")
  var width: Int?
  @Flag(help: "Print the numbers as JSON.") var json: Bool
  var cluster = ClusterOptions()

  private static let usualDays = 182
  private static let picture = (width: 800, height: 400, heightWithStock: 560)

  func validate() throws(ArgumentError) {
    if json, svg != nil { throw .contradiction("--json and --svg exclude each other") }
  }

  func run() throws -> ExitCode {
    let name = try SKU(sku)
    let look = PlotLook.look(for: .standardOutput, width: width)
    let days = days ?? (svg == nil && !json ? PlotLook.days(look) : Self.usualDays)
    let client = try cluster.client(as: .observer)
    let calendar = EventCalendar(try client.planningDocument().document.events)
    let course = try SKUCourse(
      name, at: location, days: days, calendar, SKUReader(client))
    let pictures = CourseCharts(course, days: days)
    if json {
      try Terminal.standardOutput.write(CourseJSON.text(course, days: days))
    } else if let svg {
      let charts = pictures.charts
      let height = charts.count > 1 ? Self.picture.heightWithStock : Self.picture.height
      let target = try OutputTarget(path: svg.description)
      try target.write(SVGPicture(charts, width: Self.picture.width, height: height).file)
      try target.publish()
    } else {
      try Terminal.standardOutput.write(TerminalPicture(pictures.printable, for: look).text)
    }
    for sentence in pictures.missing { try Terminal.standardError.write("granary: \(sentence)\n") }
    return .success
  }
}
