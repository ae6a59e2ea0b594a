public import HTTPTypes
public import NPUBase

/// What completes a request as it is sent: a signature over the whole of it with the date of then, or a token that is
/// valid then.
///
/// Fields whose values never change need none; they stand in the request. A request is prepared ahead of its turn and
/// its body may still change, so what depends on date and body is added last: a transport completes every request with
/// an authenticator when the exchange begins.
public protocol RequestAuthenticator: AnyObject, Sendable {
  /// Texts that must not be shown, as they are now.
  var secrets: [String] { get }

  /// What it does, without any secret, for descriptions: "signature of an access key".
  var name: String { get }

  /// Does beforehand what takes long and needs no date: the hash of the body.
  ///
  /// - Parameter request: The request as it is prepared; whoever changes its body later has it done again.
  func prepare(_ request: inout TransferRequest)

  /// Completes a request with what is at hand. It must be short, and must not wait: a load calls it on the network
  /// thread.
  ///
  /// - Parameters:
  ///   - request: The request.
  ///   - instant: The present instant on the clock of the transport.
  /// - Returns: The request to send; `nil` if something must be fetched first, by ``renew(replacing:over:)``.
  /// - Throws: ``TransportError`` of kind `authentication` for a request that cannot be completed.
  func complete(_ request: TransferRequest, at instant: MonotonicInstant) throws(TransportError) -> TransferRequest?

  /// Whether it is time to fetch something new, although what is at hand is still good.
  func isDue(at instant: MonotonicInstant) -> Bool

  /// Whether a response refuses what the request was completed with, and would not refuse something new.
  ///
  /// - Parameters:
  ///   - head: A head of status 401.
  ///   - body: The body, or its first 64 KiB.
  /// - Returns: Whether the request is worth another try.
  func isRefused(_ head: HTTPResponse, _ body: [UInt8]) -> Bool

  /// Fetches something new; callers that come meanwhile wait for the same.
  ///
  /// - Parameters:
  ///   - refused: A complete request that was refused; `nil` where nothing was at hand, or it is time.
  ///   - transport: What carries the exchange.
  /// - Throws: ``TransportError`` of kind `authentication`, with the reason.
  func renew(replacing refused: TransferRequest?, over transport: any Transport) async throws(TransportError)
}

extension RequestAuthenticator {
  /// Does nothing.
  public func prepare(_ request: inout TransferRequest) {}
  /// Never.
  public func isDue(at instant: MonotonicInstant) -> Bool { false }
  /// Never.
  public func isRefused(_ head: HTTPResponse, _ body: [UInt8]) -> Bool { false }
  /// Has nothing to fetch.
  public func renew(replacing refused: TransferRequest?, over transport: any Transport) async throws(TransportError) {}
}

/// A reference to an authenticator, equal to those of the same one.
package struct AuthenticatorReference: Sendable, Hashable {
  package let authenticator: any RequestAuthenticator

  package init(_ authenticator: any RequestAuthenticator) { self.authenticator = authenticator }

  package static func == (left: Self, right: Self) -> Bool { left.authenticator === right.authenticator }
  package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(authenticator)) }
}
