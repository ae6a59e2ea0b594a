package import ArgumentParser
package import NPUTestKit
package import ToolSupport

/// How the requests of a tool prove who sends them, beyond an API key.
package struct AuthenticationOptions: ParsableArguments {
  /// The ways that a command line can name.
  package enum Way: String, ExpressibleByArgument, CaseIterable, Sendable {
    case none
    case bearer
    case token
    case akSK = "ak-sk"
    case appCode = "app-code"
    case appSigned = "app-signed"
    case appKey = "app-key"
    case appBasic = "app-basic"
  }

  @Option(
    help: ArgumentHelp(
      "How requests prove who sends them. token: --iam-token, or a token for --iam-user; ak-sk, app-signed: signed "
        + "with --ak and --sk; app-key: --ak as X-HW-ID and --sk as X-HW-AppKey; app-basic: both as user and password. "
        + "Default: bearer where there is an API key.",
      valueName: "way"))
  package var auth: Way?
  @Option(
    help: ArgumentHelp(
      "Access key, or key of an app: \(SecretSource.help). Default: env:HUAWEICLOUD_SDK_AK.", valueName: "secret"))
  package var ak: SecretSource?
  @Option(
    help: ArgumentHelp(
      "Secret key, or secret of an app: \(SecretSource.help). Default: env:HUAWEICLOUD_SDK_SK.", valueName: "secret"))
  package var sk: SecretSource?
  @Option(help: ArgumentHelp("Token of a temporary access key: \(SecretSource.help).", valueName: "secret"))
  package var securityToken: SecretSource?
  @Option(help: "Which of Huawei's signers is followed by ak-sk.")
  package var signer: SigningDialect?
  @Option(
    help: ArgumentHelp(
      "Code of an app: \(SecretSource.help). Default: env:HUAWEICLOUD_APP_CODE.", valueName: "secret"))
  package var appCode: SecretSource?
  @Option(help: ArgumentHelp("Token that was got elsewhere: \(SecretSource.help).", valueName: "secret"))
  package var iamToken: SecretSource?
  @Option(help: ArgumentHelp("Identity service, such as https://iam.cn-north-4.myhuaweicloud.com.", valueName: "url"))
  package var iamURL: String?
  @Option(help: ArgumentHelp("User that a token is fetched for.", valueName: "name"))
  package var iamUser: String?
  @Option(help: ArgumentHelp("Account of the user.", valueName: "name"))
  package var iamDomain: String?
  @Option(
    help: ArgumentHelp(
      "Password of the user: \(SecretSource.help). Default: env:HUAWEICLOUD_IAM_PASSWORD.", valueName: "secret"))
  package var iamPassword: SecretSource?
  @Option(help: ArgumentHelp("Project of the token, which is that of a region.", valueName: "name"))
  package var iamProject: String?

  package init() {}
}

extension AuthenticationOptions {
  /// Every flag of the group.
  package static let flags = ["--auth", "--ak", "--sk", "--security-token", "--signer", "--app-code"] + tokenFlags
  private static let userFlags = ["--iam-url", "--iam-user", "--iam-domain", "--iam-password", "--iam-project"]
  private static let tokenFlags = ["--iam-token"] + userFlags

  /// Which of the flags need or exclude which.
  package static let rules: [FlagRule] = [
    .needs(["--ak", "--sk"], "--auth", in: ["ak-sk", "app-signed", "app-key", "app-basic"], byDefault: "bearer"),
    .needs(["--security-token", "--signer"], "--auth", in: ["ak-sk"], byDefault: "bearer"),
    .needs(["--app-code"], "--auth", in: ["app-code"], byDefault: "bearer"),
    .needs(tokenFlags, "--auth", in: ["token"], byDefault: "bearer"),
    .excludes(["--iam-token"], userFlags, "a token that is given is not fetched"),
  ]

  /// Flags that give an API key, where no other way is chosen.
  package static func ofBearer(_ flags: [String]) -> FlagRule {
    FlagRule(flags, others: ["--auth"]) { flag, given in
      guard let way = given.value("--auth"), way != "bearer" else { return nil }
      return "\(flag) has no effect with --auth \(way); leave one out."
    }
  }

  /// Flags that say how encryption goes, where at least one address has any.
  ///
  /// - Parameters:
  ///   - flags: The flags.
  ///   - addresses: The options that name addresses; the identity service is one more.
  /// - Returns: The rule.
  package static func encrypted(_ flags: [String], addresses: [String]) -> FlagRule {
    FlagRule(flags) { flag, given in
      let isSecure = (addresses + ["--iam-url"]).flatMap(given.all).contains { address in
        ["https://", "wss://"].contains(where: address.lowercased().hasPrefix)
      }
      return isSecure ? nil : "\(flag) needs an address that begins with https://; nothing else is encrypted."
    }
  }

  /// Of two services each has its own credentials, and those of one must not reach the other.
  package static let ofOneService = FlagRule(
    ["--auth"],
    others: ["--baseline-url", "--candidate-url", "--baseline-api-key-variable", "--candidate-api-key-variable"]
  ) { flag, given in
    guard let way = given.value("--auth"), way != "bearer", way != "none" else { return nil }
    let variables = ["--baseline-api-key-variable", "--candidate-api-key-variable"]
    if let variable = variables.first(where: given.has) {
      return "\(flag) \(way) and \(variable) do not go together; leave one out."
    }
    guard given.has("--baseline-url"), given.has("--candidate-url") else { return nil }
    return
      "\(flag) \(way) would send the credentials of one service to the other; record the baseline by itself (--record) "
      + "and compare with --against."
  }

  /// The authentication that the options ask for.
  ///
  /// - Parameters:
  ///   - apiKey: The API key, if there is one.
  ///   - origin: Where it would come from: the words of a failure that it is missing.
  /// - Returns: The authentication; a bearer token where they leave it to the API key and there is one.
  /// - Throws: ``Failure`` for a secret that is missing, `ValidationError` for an option that is.
  package func authentication(apiKey: String?, from origin: String) throws -> Authentication {
    func secret(_ source: SecretSource?, _ flag: String, or variable: String) throws -> Secret {
      Secret(try (source ?? SecretSource(variable: variable)).value(of: flag))
    }
    func key() throws -> (Secret, Secret) {
      (try secret(ak, "--ak", or: "HUAWEICLOUD_SDK_AK"), try secret(sk, "--sk", or: "HUAWEICLOUD_SDK_SK"))
    }
    switch auth {
    case nil: return apiKey.map { .bearer(Secret($0)) } ?? .none
    case .bearer:
      guard let apiKey else {
        throw Failure(kind: "missing_secret", message: "--auth bearer needs an API key: \(origin).")
      }
      return .bearer(Secret(apiKey))
    case .some(.none): return Authentication.none
    case .akSK:
      let (identifier, secret) = try key()
      let temporary = try securityToken.map { Secret(try $0.value(of: "--security-token")) }
      return .akSK(AccessKey(identifier, secret, securityToken: temporary), dialect: signer ?? .apig)
    case .appSigned:
      let (key, secret) = try key()
      return .appSigned(key: key, secret: secret)
    case .appKey:
      let (identifier, key) = try key()
      return .appKey(identifier: identifier, key: key)
    case .appBasic:
      let (key, secret) = try key()
      return .appBasic(key: key, secret: secret)
    case .appCode: return .appCode(try secret(appCode, "--app-code", or: "HUAWEICLOUD_APP_CODE"))
    case .token:
      if let iamToken { return .token(Secret(try iamToken.value(of: "--iam-token"))) }
      return .token(try user())
    }
  }

  /// A warning where the password would travel in the clear.
  package var exposure: String? {
    guard auth == .token, iamToken == nil, let iamURL, let service = try? Endpoint(iamURL), service.isPlainToAnotherHost
    else { return nil }
    return "the password of --iam-user goes to \(service) without encryption."
  }

  private func user() throws -> IAMUser {
    func given(_ value: String?, _ flag: String) throws -> String {
      guard let value, !value.isEmpty else {
        let all = Self.userFlags.joined(separator: ", ")
        throw ValidationError("--auth token needs --iam-token, or all of \(all); \(flag) is missing.")
      }
      return value
    }
    let (url, name) = (try given(iamURL, "--iam-url"), try given(iamUser, "--iam-user"))
    let (domain, project) = (try given(iamDomain, "--iam-domain"), try given(iamProject, "--iam-project"))
    let password = try (iamPassword ?? SecretSource(variable: "HUAWEICLOUD_IAM_PASSWORD")).value(of: "--iam-password")
    return try IAMUser(service: url, domain: domain, name: name, password: Secret(password), project: project)
  }
}
