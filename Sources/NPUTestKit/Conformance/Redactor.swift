import HTTPTypes

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

  /// The text with each secret replaced.
  func clean(_ text: String) -> String {
    secrets.isEmpty ? text : String(decoding: clean(Array(text.utf8)), as: UTF8.self)
  }

  /// The finding with each secret replaced.
  func clean(_ finding: Finding) -> Finding { Finding(finding.verdict, clean(finding.reason)) }
}
