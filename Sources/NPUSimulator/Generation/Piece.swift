/// What one generated token adds to an answer.
struct Piece: Sendable, Hashable {
  /// Where the text belongs.
  enum Kind: Sendable, Hashable {
    case reasoning
    case content
    /// The name of a tool, which opens a call with this number.
    case toolName(Int)
    /// A fragment of a call's arguments.
    case toolArguments(Int)
  }

  var kind: Kind
  /// The text that may be sent now; shorter or longer than the token if stop strings are looked for.
  var text: [UInt8]
  /// The token itself.
  var token: [UInt8]
}

/// Why a choice ended.
struct Finish: Sendable, Hashable {
  /// The `finish_reason`.
  var reason: String
  /// The stop string that was found.
  var stop: String?
}
