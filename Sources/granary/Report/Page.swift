import Pictures

/// HTML as it is written: parts one after the other, all text escaped.
struct Page {
  private(set) var html = ""

  /// A piece of a table.
  struct Column {
    var title: String
    var isNumber = false
    static func left(_ title: String) -> Column { Column(title: title) }
    static func right(_ title: String) -> Column { Column(title: title, isNumber: true) }
  }

  /// A cell: words, and beneath them a bar for a share of a whole.
  struct Cell: ExpressibleByStringLiteral {
    var words: String
    var share: Double?
    init(_ words: String, share: Double? = nil) {
      self.words = words
      self.share = share
    }
    init(stringLiteral words: String) { self.init(words) }
  }

  /// Markup as it is.
  mutating func raw(_ markup: String) { html += markup }

  mutating func heading(_ words: String) { html += "<h2>\(Markup.escaped(words))</h2>\n" }

  mutating func subheading(_ words: String) { html += "<h3>\(Markup.escaped(words))</h3>\n" }

  mutating func paragraph(_ words: String, _ kind: String = "") {
    html += "<p class=\"\(kind)\">\(Markup.escaped(words))</p>\n"
  }

  /// Figures in a row, each with what it is.
  mutating func figures(_ figures: [(value: String, name: String)]) {
    html += "<dl class=\"figures\">\n"
    for figure in figures {
      html += "<div><dd>\(Markup.escaped(figure.value))</dd>"
      html += "<dt>\(Markup.escaped(figure.name))</dt></div>\n"
    }
    html += "</dl>\n"
  }

  mutating func table(_ columns: [Column], _ rows: [[Cell]]) {
    html += "<div class=\"scroll\"><table>\n<thead><tr>"
    for column in columns {
      html +=
        "<th\(column.isNumber ? " class=\"number\"" : "")>\(Markup.escaped(column.title))</th>"
    }
    html += "</tr></thead>\n<tbody>\n"
    for row in rows {
      html += "<tr>"
      for (column, cell) in zip(columns, row) {
        html += "<td\(column.isNumber ? " class=\"number\"" : "")>\(Markup.escaped(cell.words))"
        if let share = cell.share {
          let percent = Int((min(max(share, 0), 1) * 100).rounded())
          html += "<span class=\"bar\"><i style=\"width:\(percent)%\"></i></span>"
        }
        html += "</td>"
      }
      html += "</tr>\n"
    }
    html += "</tbody></table></div>\n"
  }

  mutating func chart(_ chart: Chart?, height: Int = 260) {
    guard let chart else { return }
    html += "<figure>\(SVGPicture([chart], width: 960, height: height).inline)</figure>\n"
  }

  /// The page as a file.
  static func file(title: String, _ body: String) -> String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>\(Markup.escaped(title))</title>
    <style>
    \(style)\(SVGStyle.text)</style>
    </head>
    <body>
    <main>
    \(body)</main>
    </body>
    </html>

    """
  }

  private static let style = """
    body { margin: 0; background: #f5f7fa; color: #1f2933; line-height: 1.45;
      font: 15px/1.45 system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans',
      'Noto Sans CJK SC', sans-serif }
    main { max-width: 1000px; margin: 0 auto; padding: 24px 20px 60px }
    h1 { font-size: 26px; margin: 0 0 4px } h2 { font-size: 20px; margin: 40px 0 8px }
    h3 { font-size: 16px; margin: 24px 0 6px }
    p { margin: 6px 0; max-width: 76ch } .quiet { color: #5f6c7b; font-size: 13px }
    .badge { display: inline-block; padding: 1px 10px; border-radius: 10px; color: #fff;
      font-size: 13px; font-weight: 600; vertical-align: 3px }
    .green { background: #15803d } .yellow { background: #b45309 } .red { background: #b91c1c }
    .figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(150px, 1fr));
      gap: 10px; margin: 14px 0 }
    .figures div, figure, .scroll { background: #fff; border: 1px solid #e4e7eb;
      border-radius: 8px }
    .figures div { padding: 10px 12px; display: flex; flex-direction: column }
    .figures dd { margin: 0; font-size: 21px; font-weight: 600 }
    .figures dt { color: #5f6c7b; font-size: 13px }
    figure { margin: 14px 0; padding: 4px; overflow-x: auto }
    figure svg { display: block; width: 100%; height: auto; min-width: 600px }
    figcaption { font-size: 13px; padding: 4px 10px 8px; overflow-wrap: anywhere }
    .scroll { overflow-x: auto; margin: 10px 0 }
    table { border-collapse: collapse; width: 100%; font-size: 14px }
    th, td { text-align: left; padding: 6px 12px; border-bottom: 1px solid #e4e7eb;
      vertical-align: top }
    td.number, th.number { text-align: right; font-variant-numeric: tabular-nums;
      white-space: nowrap }
    tbody tr:last-child td { border-bottom: 0 }
    td:first-child { min-width: 9ch }
    th { font-size: 13px; color: #5f6c7b; font-weight: 600; white-space: nowrap }
    .bar { display: block; height: 4px; min-width: 60px; margin-top: 3px; border-radius: 2px;
      background: #e4e7eb; overflow: hidden }
    .bar i { display: block; height: 100%; background: #2563eb }
    .grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(300px, 1fr)); gap: 12px }
    .grid figure { margin: 0 } .grid svg { min-width: 0 }
    @media screen and (prefers-color-scheme: dark) {
      body { background: #0e1116; color: #e4e7eb }
      .figures div, figure, .scroll { background: #15191e; border-color: #2b323b }
      th, td { border-color: #2b323b } .bar { background: #2b323b } .bar i { background: #6ea8ff }
      .quiet, .figures dt, th { color: #9aa5b1 }
    }
    @media print {
      body { background: #fff; font-size: 12px } main { max-width: none; padding: 0 }
      figure, tr, .figures div { break-inside: avoid }
      figure, .scroll { overflow: visible } h2, h3 { break-after: avoid }
    }

    """
}
