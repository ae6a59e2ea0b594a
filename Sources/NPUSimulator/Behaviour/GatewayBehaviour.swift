/// An API gateway of the Huawei Cloud in front of every route: who may pass, and an identity service beside it.
///
/// In JSON `{"access_keys": {"AK": "SK"}, "users": [{"domain": "d", "name": "n", "password": "p", "project": "r"}]}`.
/// Every request must bear one of the credentials that are named; `POST /v3/auth/tokens` gives tokens. Behind it stands
/// the deployment API of ModelArts, too: `/v2/{project_id}/services` and what is below.
public struct GatewayBehaviour: Sendable, Hashable {
  /// Somebody who gets tokens.
  public struct User: Sendable, Hashable, Codable {
    /// The account.
    public var domain: String
    /// The name.
    public var name: String
    /// The password.
    public var password: String
    /// The project that tokens are for.
    public var project: String

    /// Creates a user.
    public init(domain: String, name: String, password: String, project: String) {
      self.domain = domain
      self.name = name
      self.password = password
      self.project = project
    }
  }

  /// Secret keys by their access keys.
  public var accessKeys: [String: String] = [:]
  /// Secrets of apps by their keys.
  public var appKeys: [String: String] = [:]
  /// Codes of apps.
  public var appCodes: [String] = []
  /// Who gets tokens.
  public var users: [User] = []
  /// How long tokens last, as they say themselves.
  public var tokenLifetime = Duration.seconds(24 * 3600)
  /// Tokens of another epoch are refused with `APIG.0307`; a change ends all that were given.
  public var tokenEpoch = 0
  /// By how much the clock of the gateway is ahead, in seconds.
  public var clockOffset = 0
  /// The longest body in bytes.
  public var bodyLimit = 12_000_000
  /// How often a real-time service is looked at before it is deployed, stopped or deleted, from 0.
  public var deploymentLooks = 2
  /// Why no real-time service can be deployed; `nil` where all can.
  public var deploymentFailure: String?

  /// Creates a gateway that lets nobody pass.
  public init() {}
}

extension GatewayBehaviour: Codable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case accessKeys = "access_keys"
    case appKeys = "app_keys"
    case appCodes = "app_codes"
    case tokenLifetime = "token_lifetime_ms"
    case tokenEpoch = "token_epoch"
    case clockOffset = "clock_offset_s"
    case bodyLimit = "body_limit"
    case deploymentLooks = "deployment_looks"
    case deploymentFailure = "deployment_failure"
    case users
  }

  /// Reads the members that are given; the others keep their defaults.
  ///
  /// - Throws: `DecodingError` for an unknown member, a wrong type or a number outside its range.
  public init(from decoder: any Decoder) throws {
    try decoder.refuseUnknownKeys(CodingKeys.allCases.map(\.rawValue))
    let values = try decoder.container(keyedBy: CodingKeys.self)
    accessKeys = try values.decodeIfPresent([String: String].self, forKey: .accessKeys) ?? accessKeys
    appKeys = try values.decodeIfPresent([String: String].self, forKey: .appKeys) ?? appKeys
    appCodes = try values.decodeIfPresent([String].self, forKey: .appCodes) ?? appCodes
    users = try values.decodeIfPresent([User].self, forKey: .users) ?? users
    tokenLifetime = try values.decodeMillisecondsIfPresent(forKey: .tokenLifetime) ?? tokenLifetime
    tokenEpoch = try values.decodeIfPresent(Int.self, forKey: .tokenEpoch) ?? tokenEpoch
    clockOffset =
      try values.decodeIfPresent(Int.self, forKey: .clockOffset, in: -1_000_000_000...1_000_000_000) ?? clockOffset
    bodyLimit = try values.decodeIfPresent(Int.self, forKey: .bodyLimit, in: 0...Int.max) ?? bodyLimit
    deploymentLooks =
      try values.decodeIfPresent(Int.self, forKey: .deploymentLooks, in: 0...1_000_000) ?? deploymentLooks
    deploymentFailure = try values.decodeIfPresent(String.self, forKey: .deploymentFailure) ?? deploymentFailure
  }

  /// Writes every member.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(accessKeys, forKey: .accessKeys)
    try values.encode(appKeys, forKey: .appKeys)
    try values.encode(appCodes, forKey: .appCodes)
    try values.encode(users, forKey: .users)
    try values.encode(tokenLifetime.milliseconds, forKey: .tokenLifetime)
    try values.encode(tokenEpoch, forKey: .tokenEpoch)
    try values.encode(clockOffset, forKey: .clockOffset)
    try values.encode(bodyLimit, forKey: .bodyLimit)
    try values.encode(deploymentLooks, forKey: .deploymentLooks)
    try values.encodeIfPresent(deploymentFailure, forKey: .deploymentFailure)
  }
}
