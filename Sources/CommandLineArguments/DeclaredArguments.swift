/// A command's options and arguments, found in its stored properties.
struct DeclaredArguments {
  struct Entry {
    /// `--horizon-days`, or the placeholder of an argument.
    var label: String
    /// The heading of the group that it comes from; nil for the command's own.
    var heading: String?
    var argument: any DeclaredArgument

    var shape: ArgumentShape { argument.shape }
  }

  private(set) var options: [Entry] = []
  private(set) var arguments: [Entry] = []

  init(of command: some Command) {
    collect(from: command, heading: nil)
    checkInvariants()
  }

  private mutating func collect(from container: Any, heading: String?) {
    for child in Mirror(reflecting: container).children {
      if let group = child.value as? any OptionGroup {
        collect(from: group, heading: type(of: group).title)
      } else if let argument = child.value as? any DeclaredArgument {
        add(argument, property: child.label ?? "", heading: heading)
      }
    }
  }

  private mutating func add(
    _ argument: any DeclaredArgument, property: String, heading: String?
  ) {
    let shape = argument.shape
    if shape.kind == .argument {
      arguments.append(Entry(label: shape.placeholder, heading: heading, argument: argument))
      return
    }
    // A wrapper is stored under the property's name behind an underscore.
    let name =
      shape.name ?? NameWords.split(String(property.dropFirst())).joined(separator: "-")
    let negated = (argument as? Flag)?.negates == true
    options.append(
      Entry(label: negated ? "--no-\(name)" : "--\(name)", heading: heading, argument: argument))
  }

  /// Mistakes of the one who declared the command, found when its help is first asked for.
  private func checkInvariants() {
    let labels = options.map(\.label) + ["--help"]
    precondition(Set(labels).count == labels.count, "two options share a name: \(labels)")
    let shorts = options.compactMap(\.shape.short) + ["h"]
    precondition(Set(shorts).count == shorts.count, "two options share a letter: \(shorts)")
    for (earlier, later) in zip(arguments, arguments.dropFirst()) {
      precondition(!earlier.shape.isRepeated, "nothing can follow \(earlier.label)...")
      precondition(
        earlier.shape.isRequired || !later.shape.isRequired,
        "\(later.label) must be given, so it cannot follow \(earlier.label), which need not be")
    }
  }
}
