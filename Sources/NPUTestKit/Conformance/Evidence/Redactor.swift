import HTTPTypes
internal import NPUServices
internal import NPUTransport

/// Takes the secrets of a service out of texts that people will read.
struct Redactor: Sendable {
  /// What stands in place of a secret.
  static let mark = "<secret>"

  private let secrets: [[UInt8]]

  /// The longest secret in bytes: a text is to be cut this much later than wanted, so that no half of a secret stays.
  var margin: Int { secrets.map(\.count).max() ?? 0 }

  /// Knows the credentials of a service and the values of its extra header fields, which may be keys too.
  init(_ service: ServiceConfiguration) {
    var texts: [String] = []
    switch service.credentials {
    case .none: break
    case .bearer(let secret), .header(_, let secret): texts.append(secret.reveal())
    }
    texts += service.headers.map(\.value)
    // A value of a few letters is no secret, and its removal would tear ordinary words.
    secrets = texts.map { Array($0.utf8) }.filter { $0.count >= 6 }.sorted { $0.count > $1.count }
  }

  /// The bytes with each secret replaced.
  func clean(_ bytes: [UInt8]) -> [UInt8] {
    secrets.reduce(bytes) { $0.replacing($1, with: Self.mark.utf8) }
  }

  /// The text with each secret replaced, and with the beginning of one where the text was cut by an ellipsis.
  func clean(_ text: String) -> String {
    guard !secrets.isEmpty else { return text }
    var bytes = clean(Array(text.utf8))
    let ellipsis = Array("…".utf8)
    guard bytes.firstRange(of: ellipsis) != nil else { return String(decoding: bytes, as: UTF8.self) }
    for secret in secrets {
      for length in stride(from: secret.count - 1, through: Self.tellingPart, by: -1) {
        bytes = bytes.replacing(secret.prefix(length) + ellipsis, with: Array(Self.mark.utf8) + ellipsis)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The beginning of a text with each secret replaced; a secret that begins in it and goes on behind it is left out.
  ///
  /// - Parameters:
  ///   - bytes: The text, with at least the margin behind the beginning unless it ends there.
  ///   - limit: How many bytes the beginning has.
  /// - Returns: The beginning; longer or shorter than the limit by what the mark differs from the secrets.
  func cleanHead(_ bytes: [UInt8], limit: Int) -> [UInt8] {
    let limit = min(limit, bytes.count)
    let cut = places(in: bytes).first { $0.contains(limit) }?.lowerBound ?? limit
    return clean(Array(bytes[..<cut]))
  }

  /// The end of a text with each secret replaced; a secret that ends in it and begins before it is left out.
  ///
  /// - Parameters:
  ///   - bytes: The text, with at least the margin before the end unless it begins there.
  ///   - limit: How many bytes the end has.
  /// - Returns: The end; longer or shorter than the limit by what the mark differs from the secrets.
  func cleanTail(_ bytes: [UInt8], limit: Int) -> [UInt8] {
    let start = max(0, bytes.count - limit)
    let cut = places(in: bytes).first { $0.lowerBound < start && start < $0.upperBound }?.upperBound ?? start
    return clean(Array(bytes[cut...]))
  }

  /// Fewer letters of a secret than this tell nothing.
  private static let tellingPart = 4

  private func places(in bytes: [UInt8]) -> [Range<Int>] { secrets.flatMap { bytes.ranges(of: $0) } }
}
