/// Earlier spellings of flags: they still work, and no help shows them.
///
/// They are replaced before the command line is parsed, since the parser would show every spelling of an option.
package struct EarlierFlags: Sendable {
  /// The flags that changed their name in every tool that has them.
  package static let everywhere = [
    "--asr-dialect": "--protocol",
    "--asr-model": "--transcription-model",
    "--asr-url": "--transcription-url",
    "--backend": "--protocol",
    "--dialect": "--protocol",
    "--record": "--journal",
    "--record-tokens": "--journal-tokens",
    "--resolution": "--size",
    "--task-dialect": "--task-protocol",
    "--tts-dialect": "--protocol",
    "--tts-url": "--speech-url",
  ]

  private let names: [String: String]

  /// Adds the earlier spellings of one tool.
  package init(_ ofTool: [String: String] = [:]) { names = Self.everywhere.merging(ofTool) { $1 } }

  /// The arguments in the spelling of today.
  ///
  /// No value of an option is mistaken for one of these flags: the parser takes what begins with dashes for a flag.
  package func current(_ arguments: [String]) -> [String] {
    let end = arguments.firstIndex(of: "--") ?? arguments.endIndex
    var result: [String] = []
    for (index, argument) in arguments[..<end].enumerated() {
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = names[String(parts[0])] ?? String(parts[0])
      if name == "--markdown", parts.count == 1, !Self.isValue(index + 1 < end ? arguments[index + 1] : nil) {
        // It was a flag that sent the tables to standard output.
        result.append("--markdown=-")
      } else {
        result.append(parts.count == 1 ? name : name + "=" + parts[1])
      }
    }
    return result + arguments[end...]
  }

  private static func isValue(_ argument: String?) -> Bool {
    argument.map { $0 == "-" || !$0.hasPrefix("-") } ?? false
  }
}
