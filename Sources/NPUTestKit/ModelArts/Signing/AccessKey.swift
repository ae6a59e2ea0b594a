public import NPUTransport

/// A key with which requests are signed: an access key of an account, or the key and secret of an app.
public struct AccessKey: Sendable, Hashable {
  /// The access key (AK), or the key of the app; it travels with each request.
  public var identifier: Secret
  /// The secret key (SK), or the secret of the app; it never travels.
  public var secret: Secret
  /// The token of a temporary key, sent as `X-Security-Token`.
  public var securityToken: Secret?
  /// The project that the request is about, sent as `X-Project-Id`.
  public var project: String?

  /// Creates a key.
  public init(_ identifier: Secret, _ secret: Secret, securityToken: Secret? = nil, project: String? = nil) {
    self.identifier = identifier
    self.secret = secret
    self.securityToken = securityToken
    self.project = project
  }
}
