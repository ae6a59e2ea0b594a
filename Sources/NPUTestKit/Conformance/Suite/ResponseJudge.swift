internal import NPUBase

/// Decides whether a response means what it should, and says how.
///
/// What a response means cannot be told without a yardstick: words that must be in it, or a function of one's own,
/// which may ask another model. Findings name the yardstick.
public struct ResponseJudge: Sendable {
  /// The yardstick, in words that complete the phrase "judged by".
  public var name: String
  /// Gives `nil` for a response that is right, and what is wrong with any other.
  public var objection: @Sendable (String) async throws -> String?

  /// Creates a judge.
  ///
  /// - Parameters:
  ///   - name: The yardstick, in words that complete the phrase "judged by".
  ///   - objection: Gives `nil` for a response that is right, and what is wrong with any other.
  public init(_ name: String, objection: @escaping @Sendable (String) async throws -> String?) {
    self.name = name
    self.objection = objection
  }

  /// Asks for words in the response, whatever their case.
  ///
  /// - Parameter words: The words; each must be in the response.
  /// - Returns: The judge.
  public static func keywords(_ words: String...) -> ResponseJudge {
    let shown = words.map { "\"\($0)\"" }.joined(separator: ", ")
    return ResponseJudge("keywords \(shown)") { response in
      let response = response.lowercased()
      let missing = words.filter { !response.contains($0.lowercased()) }
      guard !missing.isEmpty else { return nil }
      return "the response lacks " + missing.map { "\"\($0)\"" }.joined(separator: ", ")
    }
  }

  /// Judges a response: a pass, or a failure that shows it.
  func finding(for response: String) async throws -> Finding {
    if let objection = try await objection(response) {
      return .fail("\(objection); judged by \(name), it reads \"\(Excerpt.of(response, limit: 200))\"")
    }
    return .pass("judged by \(name), the response reads \"\(Excerpt.of(response, limit: 100))\"")
  }
}
