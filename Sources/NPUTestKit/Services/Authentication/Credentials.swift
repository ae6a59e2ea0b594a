public import HTTPTypes
public import NPUTransport

/// How a request proves who sends it.
public enum Credentials: Sendable, Hashable {
  /// Not at all.
  case none
  /// An API key in the Authorization field, as OpenAI-compatible servers ask for.
  case bearer(Secret)
  /// A token in a field of another name, as API gateways ask for.
  case header(HTTPField.Name, Secret)

  /// The header field to send, or `nil` without credentials.
  ///
  /// - Throws: ``ServiceError`` of kind `invalidRequest` if the value cannot stand in a header, as with a line break at
  ///   its end.
  func field() throws -> HTTPField? {
    let name: HTTPField.Name
    let value: String
    switch self {
    case .none: return nil
    case .bearer(let secret):
      name = .authorization
      value = "Bearer " + secret.reveal()
    case .header(let fieldName, let secret):
      name = fieldName
      value = secret.reveal()
    }
    guard HTTPField.isValidValue(value) else {
      throw ServiceError(
        kind: .invalidRequest,
        message: "the credential for \(name.rawName) holds a character that no header may hold; "
          + "remove line breaks and spaces around it")
    }
    return HTTPField(name: name, value: value)
  }
}
