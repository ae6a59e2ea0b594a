package import HTTPTypes
internal import NPUBase

/// Texts that are not in UTF-8, which JSON and event streams must be.
///
/// U+FFFD in place of the bytes would be taken for what the service said.
package enum TextEncoding {
  /// What is wrong with the encoding of a document that is JSON by its head or its first byte.
  package static func fault(ofDocument document: [UInt8], _ head: HTTPResponse) -> String? {
    let first = document.first { !($0 == 0x20 || (0x09...0x0D).contains($0)) }
    guard MediaType.of(head).isJSON || first == 0x7B || first == 0x5B || first == 0x22 else { return nil }
    return fault(of: document, head)
  }

  /// What is wrong with the encoding of a text; `nil` if it is UTF-8.
  ///
  /// - Parameters:
  ///   - text: The body of a response, or a text in it.
  ///   - head: Its head, whose character set explains the bytes.
  /// - Returns: The fault, with the first byte that is wrong and the character set that the head names.
  package static func fault(of text: [UInt8], _ head: HTTPResponse) -> String? {
    guard String(validating: text, as: UTF8.self) == nil else { return nil }
    let position = firstFault(of: text)
    let byte = text.indices.contains(position) ? String(text[position], radix: 16, uppercase: true) : "none"
    let named = MediaType.charset(of: head).map { "the response names the character set \(Excerpt.of($0, limit: 40))" }
    return "the text is not UTF-8 at byte \(position), which is 0x\(byte): "
      + (named ?? "the response names no character set") + "; the service must send UTF-8"
  }

  /// The character set that the head names, if it is another than UTF-8 or its part ASCII.
  package static func foreignCharset(_ head: HTTPResponse) -> String? {
    guard let charset = MediaType.charset(of: head) else { return nil }
    return ["utf-8", "utf8", "us-ascii", "ascii"].contains(charset) ? nil : Excerpt.of(charset, limit: 40)
  }

  /// Where the first byte is that is no UTF-8: the repaired text is the same up to there.
  private static func firstFault(of text: [UInt8]) -> Int {
    var position = 0
    for (byte, repaired) in zip(text, String(decoding: text, as: UTF8.self).utf8) {
      if byte != repaired { break }
      position += 1
    }
    return position
  }
}

extension ServiceError {
  /// The error of a good response whose text is not what it must be.
  init(malformed message: String, head: HTTPResponse, request: String) {
    self.init(
      kind: .malformedPayload, message: message, status: head.status.code, request: request,
      requestID: Self.requestID(of: head))
  }
}
