import NPUTestKit
import ToolSupport

/// How the flags of a request are read, alike for one that is signed and one that is sent.
enum RequestFlags {
  /// A header field; an error does not show it, since it may hold a secret.
  static func field(_ text: String) throws(Failure) -> SignableRequest.Field {
    guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")), colon > text.startIndex else {
      throw Failure(
        kind: "invalid_header", message: "--header takes \"Name: value\"; the name or the colon is missing.")
    }
    return .init(String(text[..<colon]), String(text[text.utf8.index(after: colon)...].drop { $0 == " " }))
  }

  /// A flag that has no effect beside a header field.
  static func replaces(_ field: String, _ flag: String) -> FlagRule {
    FlagRule([flag], others: ["--header"]) { flag, given in
      let isGiven = given.all("--header").contains { header in
        header.lowercased().prefix { $0 != ":" } == field.lowercased()
      }
      return isGiven ? "\(flag) and a --header \(field) do not go together; leave one out." : nil
    }
  }

  /// An address as base and route, with characters encoded that cannot be sent as they are.
  ///
  /// - Throws: `ModelArtsError` for what is no address.
  static func parts(of address: String) throws -> (base: String, route: String) {
    let request = try SignableRequest(method: "GET", address: address)
    let scheme = address.prefix { $0 != ":" }
    let path = request.path.isEmpty ? "/" : request.path
    let route = encoded(path) + (request.query.isEmpty ? "" : "?" + encoded(request.query))
    return ("\(scheme)://\(request.host)", route)
  }

  private static func encoded(_ text: String) -> String {
    text.utf8.map { byte in
      if byte > 0x20 && byte < 0x7F { return String(Unicode.Scalar(byte)) }
      let digits = String(byte, radix: 16, uppercase: true)
      return digits.utf8.count == 1 ? "%0" + digits : "%" + digits
    }.joined()
  }
}

extension Failure {
  /// The failure that an error of the kit stands for.
  static func of(_ error: any Error) -> Failure {
    switch error {
    case let failure as Failure: failure
    case let error as ModelArtsError: Failure(kind: error.kind.rawValue, message: "\(error.message).")
    case let error as ServiceError: Failure(kind: error.shortDescription, message: error.description)
    case let error as TransportError: Failure(kind: error.shortDescription, message: error.description)
    default: Failure(kind: "other", message: Failure.text(of: error))
    }
  }
}
