public import CommandLineArguments

extension SettingsSchema {
  /// `config/granary.json5`: every setting with its default, documented.
  public static var document: String {
    let defaults = ResolvedSettings()
    var text = """
      // Every setting of Granary with its default. Keep the lines that you change.
      //
      // A value here is outranked by an environment variable (GRANARY_CLUSTER_SHARDS for
      // cluster.shards), and that by the command line (--set cluster.shards=16).
      // Written by `granary help settings-file`; a test holds this file to what the program knows.
      {

      """
    for (index, chapter) in chapters.enumerated() {
      if index > 0 { text += "\n" }
      text += "  // \(chapter.documentation)\n  \(chapter.name): {\n"
      text += body(of: chapter, defaults)
      text += "  },\n"
    }
    return text + "}\n"
  }

  /// The settings of a chapter; those with a name in common go into braces of their own.
  private static func body(of chapter: Chapter, _ defaults: ResolvedSettings) -> String {
    var text = ""
    var open: Substring?
    for setting in chapter.settings {
      let names = setting.name.dropFirst(chapter.name.count + 1).split(separator: ".")
      let group = names.count > 1 ? names.first : nil
      if let open, open != group { text += "    },\n" }
      if let group, open != group { text += "    \(group): {\n" }
      open = group
      let margin = group == nil ? "    " : "      "
      var lines = DisplayWidth.wrap(setting.documentation, to: 97 - margin.count)
      if !setting.notes.isEmpty { lines.append(setting.notes.joined(separator: "; ")) }
      for line in lines { text += "\(margin)// \(line)\n" }
      text += "\(margin)\(names.last ?? ""): \(setting.json(defaults)),\n"
    }
    return open == nil ? text : text + "    },\n"
  }

  /// `granary help settings`: every setting with unit, limits and default.
  public static var help: String {
    let defaults = ResolvedSettings()
    var help = HelpText()
    help.paragraph(
      """
      Settings come, each outranking the ones before, from the built-in defaults, the JSON5 file \
      that --config names, environment variables, and --set NAME=VALUE. A variable's name is the \
      setting's in capitals: GRANARY_TRAINING_HORIZON_DAYS sets training.horizonDays. Lists are \
      written with commas there. A name that is not in this list is an error everywhere.
      """)
    help.sections(
      chapters.map { chapter in
        (
          title: chapter.name,
          rows: chapter.settings.map { setting in
            let notes = setting.notes + ["default \(setting.json(defaults))"]
            return HelpText.Row(
              label: setting.name,
              meaning: "\(setting.documentation) (\(notes.joined(separator: "; ")))")
          }
        )
      } + [
        (
          title: "Other environment variables",
          rows: SettingsEnvironment.others.map {
            HelpText.Row(label: $0.name, meaning: $0.meaning)
          }
        )
      ])
    return help.finished
  }

  /// The pages of help about settings.
  public static var topics: [CommandGroup.Topic] {
    [
      CommandGroup.Topic("settings", "Every setting with its default and limits.") { help },
      CommandGroup.Topic("settings-file", "A documented settings file to start from.") {
        document
      },
    ]
  }
}
