/// Why a completed request has no value of a figure.
///
/// A figure is undefined, never zero. How many completed requests lack it, and why, stands beside the figure, and an
/// objective on it counts them as infinitely late.
package enum UndefinedReason: String, Sendable, Hashable, CaseIterable {
  /// No event of the response bore a token.
  case noToken = "no_token"
  /// No event bore response text, though reasoning or a tool call may have come.
  case noText = "no_text"
  /// The instant at which the request was written is not known.
  case noSentStamp = "no_sent_stamp"
  /// Nobody counted the output tokens.
  case unknownTokens = "tokens_not_counted"
  /// The response has one output token or none, and so no time between two.
  case oneToken = "one_token"
  /// The text came in one piece, and so has no time between two.
  case onePiece = "one_piece"
  /// Two stamps are out of order, so that the time between them would be negative.
  case disorder = "stamps_out_of_order"

  /// The reason for people, with its number of requests before it.
  var text: String {
    switch self {
    case .noToken: "without any token"
    case .noText: "without response text"
    case .noSentStamp: "without the instant of sending"
    case .unknownTokens: "whose tokens nobody counted"
    case .oneToken: "of one output token or none"
    case .onePiece: "that came in one piece"
    case .disorder: "with stamps out of order"
    }
  }
}

extension RequestMetrics {
  /// Why there is no time to the first token.
  var reasonWithoutFirstToken: UndefinedReason { tokenEvents == 0 ? .noToken : .noSentStamp }

  /// Why there is no time to the first response text.
  var reasonWithoutContent: UndefinedReason {
    if tokenEvents == 0 { return .noToken }
    return timeToFirstToken == nil ? .noSentStamp : .noText
  }

  /// Why there is no time per output token.
  var reasonWithoutTokenTime: UndefinedReason {
    if tokenEvents == 0 { return .noToken }
    guard let outputTokens else { return .unknownTokens }
    return outputTokens < 2 ? .oneToken : .onePiece
  }

  /// Why there is no gap between tokens.
  var reasonWithoutGap: UndefinedReason {
    if tokenEvents == 0 { return .noToken }
    guard tokenEvents < 2 else { return .onePiece }
    // One event of many tokens is one piece; of how many it is, somebody must have counted.
    guard let outputTokens else { return .unknownTokens }
    return outputTokens < 2 ? .oneToken : .onePiece
  }
}
