internal import NPUBase

/// Decides whether a reply means what it should, and says how.
///
/// What a reply means cannot be told without a yardstick: words that must be in it, or a function of one's own, which may ask
/// another model. Findings name the yardstick.
public struct ReplyJudge: Sendable {
  /// The yardstick, in words that complete the phrase "judged by".
  public var name: String
  /// Gives `nil` for a reply that is right, and what is wrong with any other.
  public var objection: @Sendable (String) async throws -> String?

  /// Creates a judge.
  ///
  /// - Parameters:
  ///   - name: The yardstick, in words that complete the phrase "judged by".
  ///   - objection: Gives `nil` for a reply that is right, and what is wrong with any other.
  public init(_ name: String, objection: @escaping @Sendable (String) async throws -> String?) {
    self.name = name
    self.objection = objection
  }

  /// Asks for words in the reply, whatever their case.
  ///
  /// - Parameter words: The words; each must be in the reply.
  /// - Returns: The judge.
  public static func keywords(_ words: String...) -> ReplyJudge {
    let shown = words.map { "\"\($0)\"" }.joined(separator: ", ")
    return ReplyJudge("keywords \(shown)") { reply in
      let reply = reply.lowercased()
      let missing = words.filter { !reply.contains($0.lowercased()) }
      guard !missing.isEmpty else { return nil }
      return "the reply lacks " + missing.map { "\"\($0)\"" }.joined(separator: ", ")
    }
  }

  /// Judges a reply: a pass, or a failure that shows it.
  func finding(for reply: String) async throws -> Finding {
    if let objection = try await objection(reply) {
      return .fail("\(objection); judged by \(name), it reads \"\(Excerpt.of(reply, limit: 200))\"")
    }
    return .pass("judged by \(name), the reply reads \"\(Excerpt.of(reply, limit: 100))\"")
  }
}
