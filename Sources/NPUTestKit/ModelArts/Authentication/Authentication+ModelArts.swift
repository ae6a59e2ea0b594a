internal import HTTPTypes
internal import NPUBase
public import NPUServices
public import NPUTransport

/// The ways in which ModelArts and its gateway are asked.
extension Authentication {
  /// A signature of each request with an access key (AK/SK), made as the request is sent.
  ///
  /// The gateway takes bodies of at most 12 MB that are signed so. Forms are sent with an unsigned body.
  ///
  /// - Parameters:
  ///   - key: The access key.
  ///   - dialect: Which of Huawei's signers is followed.
  ///   - date: The clock; it may differ from that of the gateway by ``SigningDate/tolerance``.
  /// - Returns: The authentication; two of them are never equal.
  public static func akSK(
    _ key: AccessKey, dialect: SigningDialect = .apig, date: @escaping @Sendable () -> SigningDate = { .now }
  ) -> Authentication {
    .authenticator(SigningAuthenticator(key, dialect, name: "signature of an access key", date: date))
  }

  /// A signature of each request with the key and the secret of an app.
  public static func appSigned(
    key: Secret, secret: Secret, date: @escaping @Sendable () -> SigningDate = { .now }
  ) -> Authentication {
    .authenticator(SigningAuthenticator(AccessKey(key, secret), .apig, name: "signature of an app", date: date))
  }

  /// The code of an app, sent as `X-Apig-AppCode`.
  public static func appCode(_ code: Secret) -> Authentication { headers(["X-Apig-AppCode": code]) }

  /// The key and the secret of an app, sent as they are: `X-HW-ID` and `X-HW-AppKey`.
  public static func appKey(identifier: Secret, key: Secret) -> Authentication {
    headers(["X-HW-ID": identifier, "X-HW-AppKey": key])
  }

  /// The key and the secret of an app as user and password of basic authentication.
  public static func appBasic(key: Secret, secret: Secret) -> Authentication {
    let text = Base64.encode(Array("\(key.reveal()):\(secret.reveal())".utf8))
    return headers([Field(.authorization, Secret(text), prefix: "Basic ")])
  }

  /// A token of the identity service (IAM) that was got elsewhere, sent as `X-Auth-Token`.
  public static func token(_ token: Secret) -> Authentication { headers(["X-Auth-Token": token]) }

  /// A token that the identity service (IAM) gives for a user's password, sent as `X-Auth-Token`.
  ///
  /// It is fetched with the first request, and again before it expires and when the gateway asks for another with
  /// `APIG.0307`. A request that was refused so is sent once more, see ``TransferMetrics/wasResent``.
  ///
  /// - Parameter user: The user, and the project that the token is for.
  /// - Returns: The authentication; all copies of it share the token.
  public static func token(_ user: IAMUser) -> Authentication { .authenticator(TokenAuthenticator(user)) }

  private static func headers(_ secrets: KeyValuePairs<String, Secret>) -> Authentication {
    headers(secrets.compactMap { name, secret in HTTPField.Name(name).map { Field($0, secret) } })
  }
}
