public import HTTPTypes
public import NPUTransport

/// How requests prove who sends them.
///
/// Keys that stand in a header field are added when a request is prepared. A token that expires and a signature over
/// the whole request are added when it is sent, by a ``RequestAuthenticator``; those of the Huawei Cloud are in the
/// layer `NPUModelArts`.
public struct Authentication: Sendable, Hashable {
  /// A secret in a header field.
  public struct Field: Sendable, Hashable {
    /// The name of the field.
    public var name: HTTPField.Name
    /// What stands before the secret, such as `Bearer `.
    public var prefix: String
    /// The secret.
    public var secret: Secret

    /// Creates a field.
    public init(_ name: HTTPField.Name, _ secret: Secret, prefix: String = "") {
      self.name = name
      self.secret = secret
      self.prefix = prefix
    }
  }

  private let secretFields: [Field]
  private let reference: AuthenticatorReference?

  private init(_ fields: [Field], _ reference: AuthenticatorReference? = nil) {
    secretFields = fields
    self.reference = reference
  }

  /// Not at all.
  public static let none = Authentication([])

  /// An API key in the Authorization field, as OpenAI-compatible servers ask for.
  public static func bearer(_ key: Secret) -> Authentication {
    Authentication([Field(.authorization, key, prefix: "Bearer ")])
  }

  /// A key in a field of another name, as API gateways ask for.
  public static func header(_ name: HTTPField.Name, _ secret: Secret) -> Authentication {
    Authentication([Field(name, secret)])
  }

  /// Several secrets, each in a field of its own.
  public static func headers(_ fields: [Field]) -> Authentication { Authentication(fields) }

  /// Something that is added as a request is sent.
  ///
  /// Two values are equal if they have the same authenticator.
  public static func authenticator(_ authenticator: any RequestAuthenticator) -> Authentication {
    Authentication([], AuthenticatorReference(authenticator))
  }

  /// What completes requests as they are sent, where something does.
  public var authenticator: (any RequestAuthenticator)? { reference?.authenticator }

  /// The header fields to send with every request.
  ///
  /// - Throws: ``ServiceError`` of kind `invalidRequest` if a value cannot stand in a header, as with a line break at
  ///   its end.
  package func fields() throws -> [HTTPField] {
    try secretFields.map { field in
      let value = field.prefix + field.secret.reveal()
      guard HTTPField.isValidValue(value) else {
        throw ServiceError(
          kind: .invalidRequest,
          message: "the credential for \(field.name.rawName) holds a character that no header may hold; "
            + "remove line breaks and spaces around it")
      }
      return HTTPField(name: field.name, value: value)
    }
  }

  /// Adds to a request what proves who sends it, or what will.
  func apply(to request: inout TransferRequest) {
    guard let authenticator else { return }
    request.authenticator = authenticator
    authenticator.prepare(&request)
  }
}

extension Authentication: CustomStringConvertible {
  /// What kind it is, without any secret.
  public var description: String {
    if let authenticator { return authenticator.name }
    if secretFields.isEmpty { return "none" }
    if secretFields.count == 1, secretFields.first?.prefix == "Bearer " { return "bearer key" }
    return "key in " + secretFields.map(\.name.rawName).joined(separator: ", ")
  }
}
