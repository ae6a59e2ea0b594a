internal import NPUBase
public import NPUTransport

/// How an object store of the kind of S3 is reached: OBS of the Huawei Cloud, S3, MinIO and others.
public struct ObjectStoreConfiguration: Sendable, Hashable {
  /// How a bucket is named in an address.
  public enum Addressing: String, Sendable, Hashable, CaseIterable {
    /// As the first part of the path, `https://host/bucket/key`.
    case path
    /// As the first part of the host, `https://bucket.host/key`, as the public clouds want it.
    case virtualHost = "virtual"
  }

  /// Scheme and authority, such as `https://obs.cn-north-4.myhuaweicloud.com`.
  public var endpoint: String
  /// The region that signatures name.
  public var region: String
  /// The access key (AK).
  public var accessKey: Secret
  /// The secret key (SK); it never travels.
  public var secretKey: Secret
  /// The token of a temporary key.
  public var securityToken: Secret?
  /// How a bucket is named in an address.
  public var addressing: Addressing
  /// How long each phase of an exchange may take.
  public var timeouts: TransferTimeouts
  /// How often something is tried again that may succeed later, and after which pauses.
  public var retries: StorageRetries
  /// From how many bytes on a file is uploaded in parts.
  public var multipartThreshold: Int64
  /// How many bytes a part has, each of which is held in memory while it is sent; stores ask for at least 5 MiB.
  public var partBytes: Int
  /// Whether the tag of an object is compared with the MD5 of its bytes where it has the form of one.
  ///
  /// It is one in OBS and S3, unless the object was encrypted with a key of its own, which the response says.
  public var checksETag: Bool
  /// The most bytes of an object that a download takes where the store does not announce its length: it may have no end.
  public var unannouncedLimit: Int64

  /// Names a store.
  ///
  /// - Parameters:
  ///   - endpoint: Scheme, host, and as needed a port.
  ///   - region: The region.
  ///   - accessKey: The access key.
  ///   - secretKey: The secret key.
  ///   - securityToken: The token of a temporary key.
  ///   - addressing: How a bucket is named; `nil` takes the path for an address of numbers and for a host without a dot,
  ///     and else the host.
  /// - Throws: ``StorageError`` of kind `invalidAddress`.
  public init(
    _ endpoint: String, region: String, accessKey: Secret, secretKey: Secret, securityToken: Secret? = nil,
    addressing: Addressing? = nil
  ) throws(StorageError) {
    let parts = endpoint.split(separator: "://", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, ["http", "https"].contains(parts[0]) else {
      throw StorageError(
        kind: .invalidAddress,
        message: "the address of a store begins with http:// or https://; found \"\(Excerpt.of(parts.first ?? ""))\"")
    }
    let authority = parts[1].hasSuffix("/") ? String(parts[1].dropLast()) : parts[1]
    let isPlain = authority.utf8.allSatisfy {
      0x61...0x7A ~= $0 || 0x41...0x5A ~= $0 || 0x30...0x3A ~= $0 || [0x2D, 0x2E, 0x5B, 0x5D].contains($0)
    }
    guard isPlain, !authority.isEmpty else {
      throw StorageError(
        kind: .invalidAddress,
        message:
          "the address of a store is a scheme, a host and a port; put bucket and prefix into s3://bucket/prefix, "
          + "and keys into their own options")
    }
    guard !region.isEmpty else {
      throw StorageError(kind: .invalidAddress, message: "the region of the store is empty; name it, such as us-east-1")
    }
    self.endpoint = "\(parts[0])://\(authority)"
    self.region = region
    self.accessKey = accessKey
    self.secretKey = secretKey
    self.securityToken = securityToken
    self.addressing = addressing ?? Self.usualAddressing(authority)
    timeouts = TransferTimeouts(firstByte: .seconds(120), idle: .seconds(60))
    retries = StorageRetries()
    multipartThreshold = 64 << 20
    partBytes = 16 << 20
    checksETag = true
    unannouncedLimit = 1 << 30
  }

  var scheme: String { String(endpoint.prefix { $0 != ":" }) }
  var authority: String { String(endpoint.dropFirst(scheme.count + 3)) }

  var signature: SignatureV4 {
    SignatureV4(accessKey: accessKey, secretKey: secretKey, region: region, service: "s3")
  }

  /// Knows the keys.
  var redactor: Redactor {
    Redactor([accessKey.reveal(), secretKey.reveal()] + (securityToken.map { [$0.reveal()] } ?? []))
  }

  private static func usualAddressing(_ authority: String) -> Addressing {
    let host = authority.prefix { $0 != ":" }
    let isNumber = host.hasPrefix("[") || host.allSatisfy { $0.isNumber || $0 == "." }
    return isNumber || !host.contains(".") ? .path : .virtualHost
  }
}

extension ObjectStoreConfiguration: CustomStringConvertible, CustomReflectable {
  /// The address and the region.
  public var description: String { "\(endpoint), region \(region)" }

  /// What the description shows.
  public var customMirror: Mirror {
    Mirror(
      self, children: ["endpoint": endpoint, "region": region, "addressing": addressing], displayStyle: .struct)
  }
}

/// How often an exchange with a store is tried again, and when.
///
/// Only what may succeed later is tried again: a store that is busy, a broken connection, damaged bytes. All that is
/// asked of a store can be asked twice.
public struct StorageRetries: Sendable, Hashable {
  /// Tries after the first; 0 for none.
  public var count: Int
  /// The pause before the second try; each further one is twice as long.
  public var pause: Duration
  /// The longest pause.
  public var longestPause: Duration

  /// Creates a policy.
  public init(count: Int = 4, pause: Duration = .milliseconds(500), longestPause: Duration = .seconds(30)) {
    self.count = count
    self.pause = pause
    self.longestPause = longestPause
  }

  /// How long to wait after a failure; `nil` if that was the last try or waiting is of no use.
  ///
  /// - Parameters:
  ///   - error: The failure.
  ///   - number: How many tries there were.
  /// - Returns: The wait.
  func pause(after error: StorageError, number: Int) -> Duration? {
    guard error.isTransient, number <= count else { return nil }
    let doublings = min(max(0, number - 1), 30)
    let usual = min(pause * (1 << doublings), longestPause)
    return max(usual, min(error.retryAfter ?? .zero, longestPause))
  }
}
