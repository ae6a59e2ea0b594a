internal import NPUBase
internal import NPUServices
internal import NPUTransport

/// What a check found.
///
/// A finding can be thrown, which ends the check with it.
public struct Finding: Error, Sendable, Hashable, Codable {
  /// The four ways in which a check ends.
  public enum Verdict: String, Sendable, Hashable, Codable, CaseIterable {
    /// The service does what is demanded.
    case pass
    /// The service does otherwise.
    case fail
    /// The service does not have what the check is about, as a probe has shown.
    case notApplicable = "not_applicable"
    /// It cannot be told: the service was not reached, or its responses do not allow a judgement.
    case inconclusive
  }

  /// The way in which it ended.
  public var verdict: Verdict
  /// Why, with the values that explain it; what was judged and how, for a pass.
  public var reason: String

  /// Creates a finding.
  public init(_ verdict: Verdict, _ reason: String) {
    self.verdict = verdict
    self.reason = reason
  }

  /// The service does what is demanded.
  public static func pass(_ reason: String) -> Finding { Finding(.pass, reason) }
  /// The service does otherwise.
  public static func fail(_ reason: String) -> Finding { Finding(.fail, reason) }
  /// The service does not have what the check is about.
  public static func notApplicable(_ reason: String) -> Finding { Finding(.notApplicable, reason) }
  /// It cannot be told.
  public static func inconclusive(_ reason: String) -> Finding { Finding(.inconclusive, reason) }

  /// Ends the check as failed unless a condition holds.
  ///
  /// - Parameters:
  ///   - condition: What must hold.
  ///   - reason: What is wrong if it does not, with the values that explain it.
  /// - Throws: A finding of a failure.
  public static func demand(_ condition: Bool, _ reason: @autoclosure () -> String) throws {
    if !condition { throw Finding.fail(reason()) }
  }

  /// Ends the check as inconclusive unless a condition holds.
  ///
  /// - Parameters:
  ///   - condition: What a judgement needs.
  ///   - reason: What is missing if it does not hold, and what to do.
  /// - Throws: A finding that is inconclusive.
  public static func presume(_ condition: Bool, _ reason: @autoclosure () -> String) throws {
    if !condition { throw Finding.inconclusive(reason()) }
  }
}

extension Finding {
  /// Characters of a reason, which may quote several responses.
  fileprivate static let longestReason = 4000

  /// The finding of a check that ended with an error.
  ///
  /// A service that was not reached leaves the question open; one that answered badly has failed. A refusal for lack of
  /// rights, or because there were too many requests, says nothing about the service either.
  init(_ error: any Error) {
    switch error {
    case let finding as Finding: self = finding
    case is CancellationError: self = .inconclusive("the check was cancelled")
    case let error as ServiceError: self = Self.of(error)
    case let error as TransportError: self = Self.of(error, "\(error)")
    default: self = .inconclusive("the check could not go on: \(JSONCoding.describe(error))")
    }
  }

  private static func of(_ error: ServiceError) -> Finding {
    switch error.kind {
    case .invalidEndpoint, .invalidRequest: return .inconclusive("\(error)")
    case .transport: return of(error.underlying as? TransportError, "\(error)")
    case .httpStatus:
      switch error.status {
      case 401, 403: return .inconclusive("the service refuses the credentials, check the key: \(error)")
      case 429: return .inconclusive("the service limits the rate, lower the concurrency of the run: \(error)")
      default: return .fail("the service answered with an error: \(error)")
      }
    default: return .fail("\(error)")
    }
  }

  private static func of(_ error: TransportError?, _ text: String) -> Finding {
    switch error?.kind {
    case .invalidRequest, .nameResolution, .connectionRefused, .connectionFailed, .tls, .proxy, .connectTimeout,
      .clientDescriptors, .clientPorts, .clientMemory, .cancelled, .shutDown, .bodyTooLarge, .headerTooLarge:
      return .inconclusive("the service was not reached: \(text)")
    default: return .fail("the exchange broke: \(text)")
    }
  }
}

extension Redactor {
  /// The finding with each secret replaced, and of a length that can be read: checks quote what the service says.
  func clean(_ finding: Finding) -> Finding {
    Finding(finding.verdict, Excerpt.of(clean(finding.reason), limit: Finding.longestReason))
  }
}
