/// An object store of the kind of S3 beside the services: which buckets there are, who may use them, and what goes wrong.
///
/// In JSON `{"buckets": ["batch"], "access_keys": {"AK": "SK"}}`. Buckets are named in the path of an address.
public struct ObjectStoreBehaviour: Sendable, Hashable {
  /// Something that goes wrong with requests for objects.
  public struct Failure: Sendable, Hashable, Codable {
    /// What.
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
      /// The body of an object ends before its time.
      case truncatedBody = "truncated_body"
      /// A byte of an object is another one, under the right tag.
      case corruptBody = "corrupt_body"
      /// Status 503 with the code `SlowDown`.
      case slowDown = "slow_down"
      /// The tag of an object is that of another one.
      case wrongETag = "wrong_etag"
      /// The end of an upload in parts is answered with status 200 and an error in the body.
      case lateError = "late_error"
    }

    /// What goes wrong.
    public var kind: Kind
    /// The method of the requests that meet it, such as `GET`; nothing for all.
    public var method: String?
    /// How many of those requests pass before.
    public var after: Int
    /// How many meet it.
    public var times: Int

    /// Describes a failure.
    public init(_ kind: Kind, method: String? = nil, after: Int = 0, times: Int = 1) {
      self.kind = kind
      self.method = method
      self.after = after
      self.times = times
    }
  }

  /// The buckets.
  public var buckets: [String] = []
  /// Secret keys by their access keys.
  public var accessKeys: [String: String] = [:]
  /// The region that signatures must name.
  public var region = "us-east-1"
  /// The token that requests with these keys must bear, as temporary keys have it.
  public var securityToken: String?
  /// The most objects, uploads or parts of one page of a list.
  public var pageSize = 1000
  /// The least bytes of a part that is not the last.
  public var leastPartBytes = 5 << 20
  /// By how much the clock of the store is ahead, in seconds.
  public var clockOffset = 0
  /// What goes wrong.
  public var failures: [Failure] = []

  /// Creates a store without buckets.
  public init() {}
}

extension ObjectStoreBehaviour: Codable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case buckets, region, failures
    case accessKeys = "access_keys"
    case securityToken = "security_token"
    case pageSize = "page_size"
    case leastPartBytes = "least_part_bytes"
    case clockOffset = "clock_offset_s"
  }

  /// Reads the members that are given; the others keep their defaults.
  ///
  /// - Throws: `DecodingError` for an unknown member, a wrong type or a number outside its range.
  public init(from decoder: any Decoder) throws {
    try decoder.refuseUnknownKeys(CodingKeys.allCases.map(\.rawValue))
    let values = try decoder.container(keyedBy: CodingKeys.self)
    buckets = try values.decodeIfPresent([String].self, forKey: .buckets) ?? buckets
    accessKeys = try values.decodeIfPresent([String: String].self, forKey: .accessKeys) ?? accessKeys
    region = try values.decodeIfPresent(String.self, forKey: .region) ?? region
    securityToken = try values.decodeIfPresent(String.self, forKey: .securityToken)
    pageSize = try values.decodeIfPresent(Int.self, forKey: .pageSize, in: 1...1000) ?? pageSize
    leastPartBytes = try values.decodeIfPresent(Int.self, forKey: .leastPartBytes, in: 0...Int.max) ?? leastPartBytes
    clockOffset =
      try values.decodeIfPresent(Int.self, forKey: .clockOffset, in: -1_000_000_000...1_000_000_000) ?? clockOffset
    failures = try values.decodeIfPresent([Failure].self, forKey: .failures) ?? failures
  }

  /// Writes every member.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(buckets, forKey: .buckets)
    try values.encode(accessKeys, forKey: .accessKeys)
    try values.encode(region, forKey: .region)
    try values.encodeIfPresent(securityToken, forKey: .securityToken)
    try values.encode(pageSize, forKey: .pageSize)
    try values.encode(leastPartBytes, forKey: .leastPartBytes)
    try values.encode(clockOffset, forKey: .clockOffset)
    try values.encode(failures, forKey: .failures)
  }
}
