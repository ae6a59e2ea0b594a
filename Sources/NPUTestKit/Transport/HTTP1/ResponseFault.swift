internal import NPUBase

/// What makes bytes no whole response of HTTP/1.1.
package struct ResponseFault: Error, Sendable, Hashable {
  /// The cause, as an error of the exchange names it.
  package var kind: TransportError.Kind
  /// What is wrong.
  package var message: String
  /// The words of the peer that show it, not yet cleaned of what must not be shown.
  package var words: String?

  /// Creates a fault.
  package init(kind: TransportError.Kind, message: String, words: String? = nil) {
    self.kind = kind
    self.message = message
    self.words = words
  }

  static func violation(_ message: String, words: String? = nil) -> ResponseFault {
    ResponseFault(kind: .protocolViolation, message: message, words: words)
  }

  /// The message with the words, which are cleaned as a whole before they are cut.
  package func text(cleanedBy clean: (String) -> String = { $0 }) -> String {
    guard let words else { return message }
    return "\(message): \"\(Excerpt.of(clean(words), limit: 60))\""
  }
}
