internal import NPUBase
internal import NPUMetrics
internal import NPUTransport

extension RequestRecord {
  /// Bytes of the generated text that are kept: with six bytes of JSON for each, a line of a journal still holds them.
  private static let longestText = 4 << 20
  /// Characters of a message, which may be made of several pieces.
  private static let longestMessage = 2000

  /// The record with its texts as people and files may have them: without secrets, and of bounded length.
  ///
  /// The server wrote them, all but the identity that was sent.
  ///
  /// - Parameter redactor: What knows the secrets of the requests behind the record.
  /// - Returns: The record; every text in it has passed.
  func showable(_ redactor: Redactor) -> RequestRecord {
    func word(_ text: String?, limit: Int = Excerpt.limit) -> String? {
      text.map { Excerpt.of(redactor.clean($0), limit: limit) }
    }
    var record = self
    record.requestID = word(requestID)
    record.outcome.message = word(outcome.message, limit: Self.longestMessage)
    record.finishReason = word(finishReason)
    record.form.mediaType = word(form.mediaType)
    record.form.contentEncoding = word(form.contentEncoding)
    record.form.cutReason = word(form.cutReason)
    record.form.unknownFinishReason = word(form.unknownFinishReason)
    for index in record.findings?.anomalies.indices ?? 0..<0 {
      record.findings?.anomalies[index].detail = word(findings?.anomalies[index].detail, limit: 120) ?? ""
    }
    record.text = text.map { redactor.clean($0).cut(after: Self.longestText) }
    return record
  }
}

extension String {
  /// The beginning of the text in so many bytes, with an ellipsis where it went on.
  fileprivate func cut(after limit: Int) -> String {
    guard utf8.count > limit else { return self }
    // The cut may fall within a character, which has four bytes at most.
    let beginning = (0..<4).lazy.compactMap { String(self.utf8.prefix(limit - $0)) }.first
    return (beginning ?? "") + "…"
  }
}
