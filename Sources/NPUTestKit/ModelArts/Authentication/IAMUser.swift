public import NPUServices
public import NPUTransport

/// A user of the Huawei Cloud, for whose password the identity service (IAM) gives a token.
public struct IAMUser: Sendable, Hashable {
  /// Where the identity service listens, such as `https://iam.cn-north-4.myhuaweicloud.com`.
  public var service: Endpoint
  /// The account that the user belongs to.
  public var domain: String
  /// The name of the user.
  public var name: String
  /// The password.
  public var password: Secret
  /// The name of the project that the token is for, which is that of a region; a token for a whole account is not taken
  /// by ModelArts.
  public var project: String

  /// Creates a user.
  ///
  /// - Throws: ``ServiceError`` of kind `invalidEndpoint`.
  public init(service: String, domain: String, name: String, password: Secret, project: String) throws {
    self.service = try Endpoint(service)
    self.domain = domain
    self.name = name
    self.password = password
    self.project = project
  }
}
