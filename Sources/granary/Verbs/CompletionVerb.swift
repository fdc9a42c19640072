import CommandLineArguments

/// `granary completion bash|zsh`: teaches a shell this command line.
struct CompletionVerb: Command {
  static let name = "completion"
  static let abstract = "Print a script by which a shell completes these commands."
  static let discussion = """
    The script knows verbs, options, words to choose from, files and folders. It asks no cluster. \
    For every bash to come, put its first example into ~/.bashrc; for zsh, put the second one into \
    ~/.zshrc behind compinit.
    """
  static let examples = [
    Example("source <(granary completion bash)", "Complete in this bash."),
    Example("granary completion zsh > _granary", "A file for a folder of zsh's fpath."),
  ]

  @Argument("SHELL", help: "Whose script.") var shell: CompletionScript.Shell

  func run() throws -> ExitCode {
    try Terminal.standardOutput.write(CompletionScript(for: shell, of: Program.group).text)
    return .success
  }
}
